/**
 * @file bench/history.c  A history of many calls: written, searched
 *
 *   build/bench/history [ROWS] [DIR]    default: 1000000, a folder in /tmp
 *
 * Rows are made in DIR unless it has a history already, which is kept.
 */
#include "common/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/clock.h"
#include "proxy/admin/history/history_reader.h"
#include "proxy/admin/history/history_writer.h"

enum { BATCH = 2000, RECORD_SIZE = 4096, USERS = 5000, ROUNDS = 5 };

#define BEGAN_MS 1790000000000LL /* of the first one */
#define STEP_MS  2500


static uint32_t state = 1;


static uint32_t dice(uint32_t sides)
{
	state = state * 1664525 + 1013904223;

	return (state >> 8) % sides;
}


static int print_end(char *buf, size_t size, long long started, bool answered)
{
	if (!answered)
		return re_snprintf(buf, size,
				   "\"status\":%u,\"why\":\"failed\","
				   "\"ended_by\":\"b\",\"ended_ms\":%lld",
				   dice(20) ? 486 : 503, started + 9000);

	return re_snprintf(
		buf, size,
		"\"status\":200,\"why\":\"bye\",\"ended_by\":\"a\","
		"\"answered_ms\":%lld,\"ended_ms\":%lld,\"talked_ms\":60000,"
		"\"streams\":[{\"number\":0,\"kind\":\"audio\","
		"\"a\":{\"rx_packets\":3000,\"latched\":\"192.0.2.1:4000\","
		"\"quality\":{\"codec\":\"PCMA/8000\",\"expected\":3000,"
		"\"lost\":3,\"jitter_us\":900,\"mos\":%s}},"
		"\"b\":{\"rx_packets\":3000,\"latched\":\"192.0.2.2:4000\","
		"\"quality\":{\"codec\":\"PCMA/8000\",\"expected\":3000,"
		"\"lost\":0,\"jitter_us\":700,\"mos\":4.41}}}]",
		started + 4000, started + 64000, dice(50) ? "4.38" : "3.12");
}


static struct slip *make(long long i)
{
	const long long started = BEGAN_MS + i * STEP_MS;
	char buf[RECORD_SIZE], end[RECORD_SIZE / 2];
	const uint32_t from = dice(USERS), to = dice(USERS);

	if (print_end(end, sizeof(end), started, dice(3)) < 0 ||
	    re_snprintf(buf, sizeof(buf),
			"{\"id\":\"%08x%08x\",\"call_id\":\"%08x%08x%08x@"
			"192.0.2.%u\",\"state\":\"ended\","
			"\"from\":\"sip:user%u@example.net\","
			"\"to\":\"sip:+4930%06u@example.net\","
			"\"uri\":\"sip:+4930%06u@example.net\","
			"\"a\":{\"account\":\"user%u@example.net\","
			"\"address\":\"192.0.2.1:5060\","
			"\"transport\":\"udp\"},"
			"\"b\":{\"peer\":\"carrier%u\","
			"\"address\":\"198.51.100.1:5060\","
			"\"transport\":\"udp\"},"
			"\"media\":\"relay\",\"reason\":\"source-differs\","
			"\"started_ms\":%lld,%s}",
			(uint32_t)i, state, state, dice(1 << 20), (uint32_t)i,
			dice(250), from, to, to, from, dice(4), started,
			end) < 0)
		return NULL;

	return slip_alloc(HISTORY_PUT, 0, buf, strlen(buf));
}


static int fill(const char *dir, long long rows)
{
	const struct history_conf conf = {.dir = dir};
	static struct slip *slipv[BATCH];
	struct history_writer *w = NULL;
	const uint64_t began = clock_us();
	char why[TRAY_WHY_SIZE] = "";
	int err = history_writer_alloc(&w, &conf, NULL);

	for (long long i = 0; i < rows && !err; i += BATCH) {
		for (int k = 0; k < BATCH; k++)
			slipv[k] = make(i + k);
		err = history_writer_write(slipv, BATCH, why, w);
		for (int k = 0; k < BATCH; k++)
			mem_deref(slipv[k]);
	}
	mem_deref(w);
	if (err)
		(void)fprintf(stderr, "history: %s %s\n", strerror(err), why);
	else
		(void)printf("write            %8.1f us a row\n",
			     (double)(clock_us() - began) / (double)rows);

	return err;
}


static void ask(struct history_reader *r, const char *name, const char *text)
{
	json_t *question = json_loads(text, 0, NULL);
	uint64_t best = UINT64_MAX, worst = 0;
	size_t rows = 0;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		json_t *answer = json_object();
		const uint64_t began = clock_us();
		uint64_t us;

		err = history_search(r, question, answer);
		us = clock_us() - began;
		best = us < best ? us : best;
		worst = us > worst ? us : worst;
		rows = json_array_size(json_object_get(answer, "calls"));
		json_decref(answer);
	}
	(void)printf("%-16s %8.1f to %.1f ms, %zu rows%s%s\n", name,
		     (double)best / 1000, (double)worst / 1000, rows,
		     err ? ": " : "", err ? strerror(err) : "");
	json_decref(question);
}


static void ask_all(const char *dir, long long rows)
{
	struct history_reader *r = NULL;
	char text[256];

	if (history_reader_alloc(&r, dir))
		return;

	ask(r, "newest", "{\"limit\":100}");
	(void)re_snprintf(text, sizeof(text), "{\"from\":%lld,\"to\":%lld}",
			  BEGAN_MS + rows / 2 * STEP_MS,
			  BEGAN_MS + (rows / 2 + 1000) * STEP_MS);
	ask(r, "an old hour", text);
	ask(r, "number's part", "{\"search\":\"4930001234\"}");
	ask(r, "common part", "{\"search\":\"user12\"}");
	ask(r, "call-id's part", "{\"search\":\"00ab12\"}");
	ask(r, "nobody", "{\"search\":\"zzzzzz\"}");
	ask(r, "user", "{\"user\":\"user123@example.net\"}");
	ask(r, "peer", "{\"peer\":\"carrier2\"}");
	ask(r, "bad", "{\"bad\":true}");
	ask(r, "status 5xx", "{\"status\":\"5xx\"}");
	ask(r, "status 503", "{\"status\":503,\"search\":\"user12\"}");
	ask(r, "none such", "{\"status\":\"604\"}");
	ask(r, "two letters", "{\"search\":\"zz\"}");
	ask(r, "500 newest", "{\"limit\":500}");
	mem_deref(r);
}


int main(int argc, char **argv)
{
	const long long rows = argc > 1 ? atoll(argv[1]) : 1000000;
	const char *dir = argc > 2 ? argv[2] : "/tmp/viaduct-bench-history";
	char path[512];
	struct stat st;

	if (rows < BATCH ||
	    re_snprintf(path, sizeof(path), "%s/history.db", dir) < 0)
		return 2;

	if (stat(path, &st) && fill(dir, rows))
		return 1;
	if (!stat(path, &st))
		(void)printf("size             %8.0f octets a row\n",
			     (double)st.st_size / (double)rows);
	ask_all(dir, rows);
	if (argc < 3) {
		(void)unlink(path);
		(void)rmdir(dir);
	}

	return 0;
}
