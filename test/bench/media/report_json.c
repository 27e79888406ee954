/**
 * @file bench/media/report_json.c  All trials, for programs
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <sys/utsname.h>
#include "test/bench/media/report.h"

enum { TEXT = 256 };

static const char *const run_namev[BOOK_RUNS] = {
	"cost", "delay", "search", "maximum", "growth",
	"calm", "storm", "after",  "peace",   "strangers"};


/**
 * Open a file of the results
 *
 * @param b    Bench
 * @param name Its name
 *
 * @return File
 */
FILE *report_open(const struct bench *b, const char *name)
{
	char path[TEXT];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", b->out, name);
	f = fopen(path, "w");
	must(f != NULL, path);

	return f;
}


/* of nothing, JSON has no number */
static void put_number(FILE *f, const char *key, double v)
{
	if (isfinite(v))
		(void)fprintf(f, ", \"%s\": %.6g", key, v);
	else
		(void)fprintf(f, ", \"%s\": null", key);
}


static void put_count(FILE *f, const char *key, uint64_t v)
{
	(void)fprintf(f, ", \"%s\": %ju", key, (uintmax_t)v);
}


static void put_counts(FILE *f, const struct trial *r)
{
	put_count(f, "sent", r->sent);
	put_count(f, "received", r->got);
	put_count(f, "twice", r->twice);
	put_count(f, "reordered", r->reordered);
	put_count(f, "misrouted", r->misrouted);
	put_count(f, "foreign", r->foreign);
	put_count(f, "corrupted", r->corrupted);
	put_count(f, "wrong_checksums", r->checksum);
	put_count(f, "lost_by_phones", r->buffer + r->unsent);
	put_count(f, "silent_ends", r->dead);
}


static void put_foot(FILE *f, const struct footprint *foot)
{
	put_number(f, "call_memory_octets", foot->memory);
	put_number(f, "call_kernel_octets", foot->kernel);
	put_number(f, "call_descriptors", foot->descriptors);
	put_number(f, "call_setup_us", foot->setup);
	put_number(f, "call_removal_us", foot->removal);
}


static void put_trial(FILE *f, const struct bench *b,
		      const struct book_page *p)
{
	const struct trial *r = &p->trial;

	(void)fprintf(f,
		      "    {\"run\": \"%s\", \"round\": %u, "
		      "\"contender\": \"%s\", \"pace\": \"%s\"",
		      run_namev[p->run], p->round, r->name,
		      r->terms.burst ? "burst" : "even");
	put_count(f, "calls", r->terms.calls);
	put_number(f, "rate", r->terms.rate);
	put_number(f, "seconds", r->time.wall);
	put_counts(f, r);
	put_number(f, "cost_us", trial_cost(r));
	put_number(f, "added_us", book_added(b->book, p));
	put_number(f, "process_us", book_relay(b->book, p));
	put_number(f, "phones_us", r->phones / (double)r->sent * 1e6);
	put_number(f, "p50_us", r->p50);
	put_number(f, "p90_us", r->p90);
	put_number(f, "p99_us", r->p99);
	put_number(f, "max_us", r->max);
	put_number(f, "jitter_us", r->jitter);
	put_number(f, "others_cores", r->time.foreign / r->time.wall);
	if (r->foot.memory != 0)
		put_foot(f, &r->foot);
	(void)fprintf(f, "}");
}


static void cpu_model(char *buf, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[TEXT];

	(void)snprintf(buf, size, "unknown");
	while (f && fgets(line, sizeof(line), f)) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) || !colon)
			continue;
		(void)snprintf(buf, size, "%.*s",
			       (int)strcspn(colon + 2, "\"\\\n"), colon + 2);
		break;
	}
	if (f)
		(void)fclose(f);
}


/**
 * Write all trials
 *
 * @param b Bench
 */
void report_json(const struct bench *b)
{
	const time_t now = time(NULL);
	char model[TEXT], date[32];
	struct utsname un;
	struct tm tm;
	FILE *f = report_open(b, "media.json");

	must(!uname(&un) && gmtime_r(&now, &tm), "uname");
	cpu_model(model, sizeof(model));
	(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	(void)fprintf(f,
		      "{\n  \"bench\": \"media\", \"date\": \"%s\",\n"
		      "  \"machine\": {\"cpu\": \"%s\", \"cores\": %zu, "
		      "\"kernel\": \"%s\"},\n  \"trials\": [\n",
		      date, model, b->idle.cores, un.release);
	for (size_t i = 0; i < b->book->pagec; i++) {
		put_trial(f, b, &b->book->pagev[i]);
		(void)fprintf(f, "%s\n", i + 1 < b->book->pagec ? "," : "");
	}
	(void)fprintf(f, "  ]\n}\n");
	must(!fclose(f), "media.json");
}
