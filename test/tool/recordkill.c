/**
 * @file test/tool/recordkill.c  Kills a server under calls again and again
 *
 *   recordkill VIADUCT CONFIG DATA ADDR:PORT KILLS
 *
 * Calls a telephone of its own through the server, kills it with SIGKILL at a
 * random moment, some of them while it starts, and goes on. Each call whose
 * INVITE has come to the telephone, or has got a final answer, has then just
 * one record in the file, in the CSV file and in the database. An INVITE is
 * sent once: another one would be another call.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <re.h>


enum {
	CALLS_MAX = 20000,
	WINDOW = 12,     /* calls without a final answer */
	KILL_MS = 60,    /* at most this long after the start of the calls */
	ROUNDS = 3,      /* until nothing is open */
	START_MS = 5000, /* until it answers */
	STOP_MS = 200,   /* between two signals */
	TEXT_MAX = 8192,
	LINE_MAX_SIZE = 1 << 16,
};

/** What the world has seen of a call, and how often it is told of */
struct story {
	bool seen;
	unsigned json, csv, rows;
};

struct run {
	const char *viaduct, *config, *data;
	struct sa dst, phone;
	int caller, callee; /* sockets */
	pid_t pid;
	unsigned calls, under_way, serial;
	struct story storyv[CALLS_MAX];
};


static uint64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


static void put(const struct run *r, int fd, const char *text)
{
	/* the server may be gone */
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, &r->dst.u.sa,
		      r->dst.len);
}


/* false: nothing came in that time */
static bool get(int fd, char buf[TEXT_MAX], int wait_ms)
{
	const uint64_t until = now_ms() + (uint64_t)wait_ms;
	ssize_t n;

	do {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};

		if (poll(&pfd, 1, wait_ms) <= 0)
			return false;
		/* a refused port is told as an error of the next call */
		n = recv(fd, buf, TEXT_MAX - 1, MSG_DONTWAIT);
		if (n > 0)
			buf[n] = '\0';
	} while (n <= 0 && now_ms() < until);

	return n > 0;
}


/* inserted where there is room for it */
static void insert(char *to, size_t at, const char *text, size_t len)
{
	const size_t had = strlen(to);

	if (had + len >= TEXT_MAX)
		return;

	memmove(to + at + len, to + at, had + 1 - at);
	memcpy(to + at, text, len);
}


/* all lines of that name under another one; the last one first, for a route
 * set */
static void copy_lines(char *to, const char *as, const char *msg,
		       const char *name, bool reversed)
{
	const size_t len = strlen(name);
	const char *p = msg, *end;

	while ((p = strstr(p, "\r\n")) != NULL) {
		const size_t at = reversed ? 0 : strlen(to);

		p += 2;
		if (strncmp(p, name, len) || !(end = strstr(p, "\r\n")))
			continue;
		insert(to, at, as, strlen(as));
		insert(to, at + strlen(as), p + len,
		       (size_t)(end + 2 - p) - len);
	}
}


/* what stands in <> behind it */
static void uri_of(char uri[256], const char *msg, const char *name)
{
	const char *p = strstr(msg, name);

	p = p ? strchr(p, '<') : NULL;
	(void)snprintf(uri, 256, "%.*s", p ? (int)strcspn(p + 1, ">") : 0,
		       p ? p + 1 : "");
}


static struct story *story_of(struct run *r, const char *msg)
{
	const char *p = strstr(msg, "\r\nCall-ID: k");
	const unsigned long n = p ? strtoul(p + 12, NULL, 10) : CALLS_MAX;

	return n < r->calls ? &r->storyv[n] : NULL;
}


static void invite(struct run *r)
{
	static const char sdp[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"
				  "s=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
				  "m=audio 40000 RTP/AVP 0\r\n";
	const unsigned n = r->calls++;
	char buf[TEXT_MAX];

	(void)snprintf(buf, sizeof(buf),
		       "INVITE sip:bob@example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKi%u;"
		       "rport\r\n"
		       "From: <sip:alice@example.net>;tag=a%u\r\n"
		       "To: <sip:bob@example.net>\r\n"
		       "Call-ID: k%u@k\r\nCSeq: 1 INVITE\r\n"
		       "Contact: <sip:alice@127.0.0.1:9>\r\n"
		       "Max-Forwards: 70\r\n"
		       "Content-Type: application/sdp\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       n, n, n, strlen(sdp), sdp);
	++r->under_way;
	put(r, r->caller, buf);
}


static void in_dialog(struct run *r, const char *ok, const char *method,
		      unsigned cseq)
{
	char buf[TEXT_MAX], routes[TEXT_MAX] = "", ends[TEXT_MAX] = "";
	char uri[256];

	uri_of(uri, ok, "\r\nContact:");
	copy_lines(routes, "Route: ", ok, "Record-Route: ", true);
	copy_lines(ends, "From: ", ok, "From: ", false);
	copy_lines(ends, "To: ", ok, "To: ", false);
	copy_lines(ends, "Call-ID: ", ok, "Call-ID: ", false);
	(void)snprintf(
		buf, sizeof(buf),
		"%s %s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK%c%u;"
		"rport\r\nMax-Forwards: 70\r\n"
		"%.2000s%.2000sCSeq: %u %s\r\nContent-Length: 0\r\n\r\n",
		method, uri, *method, r->serial++, routes, ends, cseq, method);
	put(r, r->caller, buf);
}


/* half of the calls are long */
static void answer_came(struct run *r, const char *msg)
{
	struct story *s = story_of(r, msg);

	if (!s || !strstr(msg, " INVITE\r\n") || !strncmp(msg + 8, "1", 1))
		return;

	s->seen = true;
	if (r->under_way)
		--r->under_way;
	if (strncmp(msg + 8, "200", 3))
		return;

	in_dialog(r, msg, "ACK", 1);
	if (rand_u32() & 1)
		in_dialog(r, msg, "BYE", 2);
}


static void reply(struct run *r, const char *req, const char *status)
{
	static const char sdp[] = "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\n"
				  "s=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
				  "m=audio 40002 RTP/AVP 0\r\n";
	static const char *const copyv[] = {
		"Via: ", "Record-Route: ", "From: ",
		"To: ",  "Call-ID: ",      "CSeq: "};
	const bool offer = !strncmp(req, "INVITE", 6);
	char buf[TEXT_MAX], lines[TEXT_MAX] = "", *to;

	for (size_t i = 0; i < ARRAY_SIZE(copyv); i++)
		copy_lines(lines, copyv[i], req, copyv[i], false);
	to = strstr(lines, "To: ");
	if (to && !memmem(to, strcspn(to, "\r"), ";tag=", 5))
		insert(lines, (size_t)(to - lines) + strcspn(to, "\r"),
		       ";tag=b", 6);
	(void)snprintf(buf, sizeof(buf),
		       "SIP/2.0 %s\r\n%.6000sContact: <sip:bob@127.0.0.1:%u>"
		       "\r\n%sContent-Length: %zu\r\n\r\n%s",
		       status, lines, sa_port(&r->phone),
		       offer ? "Content-Type: application/sdp\r\n" : "",
		       offer ? strlen(sdp) : 0, offer ? sdp : "");
	put(r, r->callee, buf);
}


/* some are busy */
static void request_came(struct run *r, const char *msg)
{
	struct story *s = story_of(r, msg);

	if (!s || !strncmp(msg, "ACK", 3))
		return;

	if (!strncmp(msg, "INVITE", 6)) {
		s->seen = true;
		reply(r, msg, rand_u32() % 5 ? "200 OK" : "486 Busy Here");
	}
	else {
		reply(r, msg, "200 OK");
	}
}


static void listen_for(struct run *r, int wait_ms)
{
	char buf[TEXT_MAX];

	while (get(r->callee, buf, wait_ms))
		request_came(r, buf);
	while (get(r->caller, buf, 0))
		answer_came(r, buf);
}


static bool is_registered(struct run *r)
{
	char buf[TEXT_MAX];

	(void)snprintf(buf, sizeof(buf),
		       "REGISTER sip:example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKr%u;"
		       "rport\r\nFrom: <sip:bob@example.net>;tag=k\r\n"
		       "To: <sip:bob@example.net>\r\nCall-ID: register@k\r\n"
		       "CSeq: %u REGISTER\r\nMax-Forwards: 70\r\n"
		       "Contact: <sip:bob@127.0.0.1:%u>;expires=3600\r\n"
		       "Content-Length: 0\r\n\r\n",
		       sa_port(&r->phone), r->serial, r->serial + 1,
		       sa_port(&r->phone));
	++r->serial;
	put(r, r->callee, buf);
	while (get(r->callee, buf, 5)) {
		if (!strncmp(buf, "SIP/2.0 200", 11) &&
		    strstr(buf, " REGISTER\r\n"))
			return true;
		request_came(r, buf);
	}

	return false;
}


static void launch(struct run *r)
{
	r->pid = fork();
	if (r->pid)
		return;

	(void)execl(r->viaduct, r->viaduct, "run", "-c", r->config,
		    (char *)NULL);
	_exit(127);
}


static int start(struct run *r)
{
	const uint64_t until = now_ms() + START_MS;

	launch(r);
	while (r->pid > 0 && now_ms() < until) {
		if (is_registered(r))
			return 0;
	}

	return ETIMEDOUT;
}


static void end(const struct run *r, int sig)
{
	(void)kill(r->pid, sig);
	(void)waitpid(r->pid, NULL, 0);
}


/* the first signal would let calls that are up go on for a while */
static void stop(const struct run *r)
{
	(void)kill(r->pid, SIGTERM);
	(void)usleep(STOP_MS * 1000);
	end(r, SIGTERM);
}


static void call_until_killed(struct run *r)
{
	const uint64_t until = now_ms() + rand_u32() % (KILL_MS + 1);

	r->under_way = 0;
	while (now_ms() < until && r->calls < CALLS_MAX) {
		while (r->under_way < WINDOW && r->calls < CALLS_MAX)
			invite(r);
		listen_for(r, 1);
	}
	end(r, SIGKILL);
	listen_for(r, 1);
}


/* while it reads what the one before it has left */
static void kill_at_its_start(struct run *r)
{
	launch(r);
	(void)usleep(rand_u32() % 60000);
	end(r, SIGKILL);
}


static struct story *named(struct run *r, const char *callid)
{
	const unsigned long n = callid && *callid == 'k'
					? strtoul(callid + 1, NULL, 10)
					: CALLS_MAX;

	return n < r->calls ? &r->storyv[n] : NULL;
}


static void count_lines(struct run *r, const char *name, const char *before,
			bool csv)
{
	static char line[LINE_MAX_SIZE];
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", r->data, name);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		const char *p = strstr(line, before);
		struct story *s = named(r, p ? p + strlen(before) : NULL);

		if (s && csv)
			++s->csv;
		else if (s)
			++s->json;
	}
	if (f)
		(void)fclose(f);
}


/* the number of those that are open */
static unsigned count_rows(struct run *r)
{
	char path[512];
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	unsigned open_calls = 0;

	(void)snprintf(path, sizeof(path), "%s/history.db", r->data);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) ||
	    sqlite3_busy_timeout(db, START_MS) ||
	    sqlite3_prepare_v2(db, "SELECT call_id, ended_ms FROM calls", -1,
			       &stmt, NULL)) {
		(void)sqlite3_close(db);
		return 1;
	}

	for (unsigned i = 0; i < r->calls; i++)
		r->storyv[i].rows = 0;
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		struct story *s = named(
			r, (const char *)sqlite3_column_text(stmt, 0));

		if (s)
			++s->rows;
		open_calls += sqlite3_column_type(stmt, 1) == SQLITE_NULL;
	}
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);

	return open_calls;
}


/* says what is lost, and ends what is up when it is stopped */
static int start_and_stop(struct run *r)
{
	uint64_t until;

	if (start(r))
		return ETIMEDOUT;

	until = now_ms() + START_MS;
	do
		listen_for(r, 100);
	while (count_rows(r) && now_ms() < until);
	stop(r);

	return 0;
}


/* what one finds may come after the first look at it */
static int settle(struct run *r)
{
	for (int i = 0; i < ROUNDS && (!i || count_rows(r)); i++) {
		if (start_and_stop(r))
			return ETIMEDOUT;
	}
	count_lines(r, "calls.jsonl", "\"call_id\":\"", false);
	count_lines(r, "calls.csv", ",", true);

	return count_rows(r) ? EBUSY : 0;
}


static unsigned count_lies(const struct run *r, unsigned *seen)
{
	unsigned lies = 0;

	for (unsigned i = 0; i < r->calls; i++) {
		const struct story *s = &r->storyv[i];
		const unsigned want = s->seen || s->rows ? 1 : 0;

		*seen += s->seen;
		if (s->json == want && s->csv == want && s->rows == want)
			continue;
		(void)printf("k%u: %u lines, %u of CSV, %u rows; was %sseen\n",
			     i, s->json, s->csv, s->rows,
			     s->seen ? "" : "not ");
		++lies;
	}

	return lies;
}


static int open_sockets(struct run *r)
{
	int err = sa_set_str(&r->phone, "127.0.0.1", 0);

	r->caller = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	r->callee = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (err || r->caller < 0 || r->callee < 0 ||
	    bind(r->callee, &r->phone.u.sa, r->phone.len) ||
	    getsockname(r->callee, &r->phone.u.sa, &r->phone.len))
		return err ? err : errno;

	return 0;
}


int main(int argc, char *argv[])
{
	static struct run r;
	unsigned kills, lies, seen = 0;
	int err;

	if (argc != 6 || sa_decode(&r.dst, argv[4], strlen(argv[4]))) {
		(void)fprintf(stderr, "usage: recordkill VIADUCT CONFIG DATA "
				      "ADDR:PORT KILLS\n");
		return 2;
	}

	r.viaduct = argv[1];
	r.config = argv[2];
	r.data = argv[3];
	kills = (unsigned)strtoul(argv[5], NULL, 10);
	err = open_sockets(&r);
	for (unsigned i = 0; i < kills && !err; i++) {
		if (i % 4 == 3) {
			kill_at_its_start(&r);
			continue;
		}
		err = start(&r);
		if (!err)
			call_until_killed(&r);
	}
	if (!err)
		err = settle(&r);
	if (err)
		(void)printf("failed: %s\n", strerror(err));

	lies = count_lies(&r, &seen);
	(void)printf("%u kills, %u calls of %u seen, %u with other than one "
		     "record\n",
		     kills, seen, r.calls, lies);

	return err || lies || !seen ? 1 : 0;
}
