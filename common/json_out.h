/**
 * @file json_out.h  JSON text, written as it is told: no tree is built
 *
 * For records that are written once for each call. Keys are literals of ours;
 * values are what came from the network, and are made fit for JSON: what is no
 * UTF-8 becomes '?' wherever it is no ASCII.
 */
#ifndef COMMON_JSON_OUT_H
#define COMMON_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

/* does it stand in JSON as it is? */
bool json_out_is_utf8(const char *text);

struct json_out {
	struct mbuf *mb; /* not owned */
	bool more;       /* a comma stands before the next one */
	int err;         /* sticks */
};

void json_out_init(struct json_out *o, struct mbuf *mb);

/* key NULL: in an array, or the whole */
void json_out_object(struct json_out *o, const char *key);
void json_out_object_end(struct json_out *o);
void json_out_array(struct json_out *o, const char *key);
void json_out_array_end(struct json_out *o);
void json_out_text(struct json_out *o, const char *key, const char *text);
/* the same, also empty */
void json_out_string(struct json_out *o, const char *key, const char *text);
void json_out_number(struct json_out *o, const char *key, uint64_t n);
/* 439 is 4.39 */
void json_out_hundredths(struct json_out *o, const char *key, uint64_t n);
/* address and port, where it is set */
void json_out_sa(struct json_out *o, const char *key, const struct sa *sa);
/* sixteen digits: more than most readers' numbers hold */
void json_out_id(struct json_out *o, const char *key, uint64_t id);
/* a text to be read again by json_in.h, whatever octets are
 * in it; NULL: none */
void json_out_exact(struct json_out *o, const char *key, const char *text);
/* json_in_bool() reads what is absent as false */
void json_out_flag(struct json_out *o, const char *key, bool on);
void json_out_bool(struct json_out *o, const char *key, bool on);

#endif
