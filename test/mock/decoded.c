/**
 * @file decoded.c  Messages for tests, from text and from files
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"


/**
 * Decode a message
 *
 * @param text Message
 *
 * @return Message
 */
struct message *decoded(const char *text)
{
	static struct guard g;
	struct message *m = NULL;
	int err;

	err = message_decode(&m, &g, (const uint8_t *)text, strlen(text));
	ck_assert_msg(!err, "%s: %s", g.why ? g.why : "", text);

	return m;
}


/**
 * Decode an SDP
 *
 * @param text SDP
 *
 * @return SDP
 */
struct sdp *decoded_sdp(const char *text)
{
	struct sdp *sdp = NULL;
	struct pl pl;

	pl_set_str(&pl, text);
	ck_assert_msg(!sdp_parse(&sdp, &pl), "%s", text);

	return sdp;
}


/**
 * Try to decode a message
 *
 * @param text   Message
 * @param status What the sender is told
 *
 * @return 0 if it decodes, otherwise errorcode
 */
int decoded_refused(const char *text, uint16_t *status)
{
	static struct guard g;
	struct message *m = NULL;
	int err;

	err = message_decode(&m, &g, (const uint8_t *)text, strlen(text));
	if (status)
		*status = g.status;
	mem_deref(m);

	return err;
}


/**
 * Decode a request with what it must have, and these lines
 *
 * @param met   Method
 * @param lines Header lines, each with CRLF
 *
 * @return Message
 */
struct message *decoded_with(const char *met, const char *lines)
{
	static char buf[DECODED_FILE_MAX];

	(void)re_snprintf(buf, sizeof(buf),
			  "%s sip:bob@example.net SIP/2.0\r\n"
			  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			  "From: <sip:alice@example.net>;tag=a\r\n"
			  "To: <sip:bob@example.net>\r\n"
			  "Call-ID: 1@test\r\n"
			  "CSeq: 1 %s\r\n%s\r\n",
			  met, met, lines);

	return decoded(buf);
}


/**
 * Read a file of test/data
 *
 * @param buf  Octets
 * @param dir  Folder
 * @param name File
 *
 * @return Number of octets
 */
size_t decoded_file(uint8_t buf[DECODED_FILE_MAX], const char *dir,
		    const char *name)
{
	char path[256];
	size_t len;
	FILE *f;

	(void)re_snprintf(path, sizeof(path), "test/data/%s/%s", dir, name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(buf, 1, DECODED_FILE_MAX, f);
	(void)fclose(f);
	ck_assert_msg(len > 0, "%s", path);

	return len;
}


/**
 * Compare a built message
 *
 * @param mb   Message
 * @param text What it must be
 */
void decoded_expect(const struct mbuf *mb, const char *text)
{
	const struct pl pl = {(char *)mbuf_buf(mb), mbuf_get_left(mb)};

	ck_assert_uint_eq(mb->pos, 0);
	decoded_expect_pl(&pl, text);
}


/**
 * Compare a slice
 *
 * @param pl   Slice
 * @param text What it must be
 */
void decoded_expect_pl(const struct pl *pl, const char *text)
{
	ck_assert_msg(!pl_strcmp(pl, text), "[%.*s] is not [%s]", (int)pl->l,
		      pl->p ? pl->p : "", text);
}
