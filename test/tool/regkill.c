/**
 * @file test/tool/regkill.c  Kills a registrar again and again
 *
 *   regkill VIADUCT CONFIG ADDR:PORT KILLS
 *
 * Sends a stream of REGISTERs, kills the server with SIGKILL at a random
 * moment, starts it again, and asks whether all is as the last 200 said. The
 * users of a round are bound, every third one leaves again.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <re.h>


enum {
	USERS_MAX = 60000,
	WINDOW = 24,  /* requests under way */
	KILL_MS = 40, /* at most this long after the first request */
	START_MS = 5000,
	ANSWER_MS = 1000,
	TEXT_MAX = 2048,
};

enum wish { WISH_BIND, WISH_LEAVE, WISH_ASK };
enum state { STATE_UNKNOWN = 0, STATE_BOUND, STATE_GONE };

struct stream {
	const char *viaduct, *config;
	struct sa dst;
	int fd;
	pid_t pid;
	enum state statev[USERS_MAX];
	size_t users;     /* that were ever named */
	size_t under_way; /* requests without an answer */
	size_t acked;
	unsigned serial;
};


static uint64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}


/* the Call-ID says what was asked: "b7@k", "l7@k", "a7@k" */
static int request(struct stream *s, enum wish wish, size_t user)
{
	static const char letterv[] = {'b', 'l', 'a'};
	char buf[TEXT_MAX], contact[128] = "";
	int n;

	++s->serial;
	if (wish != WISH_ASK)
		(void)snprintf(contact, sizeof(contact),
			       "Contact: <sip:u%zu@192.168.1.10:5060>;"
			       "expires=%u\r\n",
			       user, wish == WISH_BIND ? 3600u : 0u);
	n = snprintf(buf, sizeof(buf),
		     "REGISTER sip:example.net SIP/2.0\r\n"
		     "Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK%u;"
		     "rport\r\n"
		     "From: <sip:u%zu@example.net>;tag=k\r\n"
		     "To: <sip:u%zu@example.net>\r\n"
		     "Call-ID: %c%zu@k\r\nCSeq: %u REGISTER\r\n%s"
		     "Content-Length: 0\r\n\r\n",
		     s->serial, user, user, letterv[wish], user, s->serial,
		     contact);

	return sendto(s->fd, buf, (size_t)n, 0, &s->dst.u.sa, s->dst.len) == n
		       ? 0
		       : errno;
}


/* 0: an answer came; ETIMEDOUT */
static int receive(struct stream *s, char buf[TEXT_MAX], int wait_ms)
{
	struct pollfd pfd = {.fd = s->fd, .events = POLLIN};
	ssize_t n = -1;

	/* a refused port is told as an error of the next call */
	while (n < 0) {
		if (poll(&pfd, 1, wait_ms) <= 0)
			return ETIMEDOUT;
		n = recv(s->fd, buf, TEXT_MAX - 1, MSG_DONTWAIT);
		if (n < 0 && errno != ECONNREFUSED)
			return ETIMEDOUT;
	}
	buf[n] = '\0';

	return 0;
}


/* what a 200 says has happened, has happened */
static void note(struct stream *s, const char *answer)
{
	const char *callid = strstr(answer, "\r\nCall-ID: ");
	size_t user;

	if (strncmp(answer, "SIP/2.0 200 ", 12) || !callid)
		return;

	user = strtoul(callid + 12, NULL, 10);
	if (user >= s->users)
		return;

	if (callid[11] == 'b' && s->statev[user] == STATE_UNKNOWN)
		s->statev[user] = STATE_BOUND;
	else if (callid[11] == 'l')
		s->statev[user] = STATE_GONE;
	else
		return;
	++s->acked;
	if (s->under_way)
		--s->under_way;

	if (callid[11] == 'b' && user % 3 == 0) {
		s->statev[user] = STATE_UNKNOWN; /* until it is answered */
		if (!request(s, WISH_LEAVE, user))
			++s->under_way;
	}
}


static int start(struct stream *s)
{
	const uint64_t until = now_ms() + START_MS;
	char buf[TEXT_MAX];

	s->pid = fork();
	if (s->pid < 0)
		return errno;
	if (!s->pid) {
		(void)execl(s->viaduct, s->viaduct, "run", "-c", s->config,
			    (char *)NULL);
		_exit(127);
	}

	while (now_ms() < until) {
		(void)request(s, WISH_ASK, 0);
		if (!receive(s, buf, 5))
			return 0;
	}

	return ETIMEDOUT;
}


static void kill_it(struct stream *s)
{
	(void)kill(s->pid, SIGKILL);
	(void)waitpid(s->pid, NULL, 0);
}


static void drain(struct stream *s)
{
	char buf[TEXT_MAX];

	while (!receive(s, buf, 1))
		note(s, buf);
}


static void flood(struct stream *s)
{
	const uint64_t until = now_ms() + rand_u32() % (KILL_MS + 1);
	char buf[TEXT_MAX];

	s->under_way = 0;
	while (now_ms() < until) {
		while (s->under_way < WINDOW && s->users < USERS_MAX) {
			if (request(s, WISH_BIND, s->users++))
				break;
			++s->under_way;
		}
		while (!receive(s, buf, 0))
			note(s, buf);
	}
}


static const char *ask(struct stream *s, char buf[TEXT_MAX], size_t user)
{
	char callid[48];

	(void)snprintf(callid, sizeof(callid), "\r\nCall-ID: a%zu@k\r\n",
		       user);
	for (int i = 0; i < 3; i++) {
		(void)request(s, WISH_ASK, user);
		while (!receive(s, buf, ANSWER_MS)) {
			if (strstr(buf, callid))
				return buf;
		}
	}

	return "";
}


static size_t verify(struct stream *s, size_t from)
{
	char buf[TEXT_MAX];
	size_t lies = 0;

	for (size_t i = from; i < s->users; i++) {
		const char *answer;
		bool there;

		if (s->statev[i] == STATE_UNKNOWN)
			continue;

		answer = ask(s, buf, i);
		there = strstr(answer, "\r\nContact: ") != NULL;
		if (!strncmp(answer, "SIP/2.0 200 ", 12) &&
		    there == (s->statev[i] == STATE_BOUND))
			continue;

		(void)printf("u%zu was told that it is %s, and is not: %s\n",
			     i, s->statev[i] == STATE_BOUND ? "bound" : "gone",
			     answer);
		++lies;
	}

	return lies;
}


static size_t rounds(struct stream *s, unsigned kills)
{
	size_t lies = 0;

	for (unsigned i = 0; i < kills && !lies; i++) {
		const size_t from = s->users;

		flood(s);
		kill_it(s);
		drain(s);
		if (start(s)) {
			(void)printf("it does not start again\n");
			return 1;
		}
		drain(s);
		lies = verify(s, from);
	}

	return lies ? lies : verify(s, 0);
}


int main(int argc, char *argv[])
{
	static struct stream s;
	size_t lies;

	if (argc != 5 || sa_decode(&s.dst, argv[3], strlen(argv[3]))) {
		(void)fprintf(stderr, "usage: regkill VIADUCT CONFIG "
				      "ADDR:PORT KILLS\n");
		return 2;
	}

	s.viaduct = argv[1];
	s.config = argv[2];
	s.fd = socket(sa_af(&s.dst), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s.fd < 0 || start(&s)) {
		(void)printf("it does not start\n");
		return 1;
	}

	lies = rounds(&s, (unsigned)strtoul(argv[4], NULL, 10));
	kill_it(&s);
	(void)close(s.fd);
	(void)printf("%s kills, %zu changes of %zu users acknowledged, "
		     "%zu lost\n",
		     argv[4], s.acked, s.users, lies);

	return lies || !s.acked ? 1 : 0;
}
