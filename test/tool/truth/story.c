/**
 * @file story.c  What happens to a call, step by step, while packets go on
 */
#include <poll.h>
#include <re.h>
#include "test/tool/truth/story.h"


enum {
	ANSWER_MS = 8000,
	HEARD_MS = 6000,
	DRAIN_MS = 400,
	RATE = 50,
	BEHIND = 20, /* packets that are made up for at once */
	US = 1000000,
};

static void speak_until(struct story *t, struct phone *p, uint64_t now)
{
	if (!p->sending || !sa_isset(&p->far, SA_ALL))
		return;
	if (p->due_us + BEHIND * t->step_us < now)
		p->due_us = now;

	for (; p->due_us <= now; p->due_us += t->step_us)
		phone_speak(p);
}


void story_turn(struct story *t)
{
	struct phone *pv[2] = {&t->a, &t->b};
	struct pollfd pfdv[4];
	uint64_t now = phone_now_us(), due = now + US / 100;
	struct timespec ts = {0};

	for (int i = 0; i < 2; i++) {
		speak_until(t, pv[i], now);
		phone_again(pv[i], now);
		if (pv[i]->sending && pv[i]->due_us < due)
			due = pv[i]->due_us;
		pfdv[2 * i] = (struct pollfd){pv[i]->sip, POLLIN, 0};
		pfdv[2 * i + 1] = (struct pollfd){pv[i]->media, POLLIN, 0};
	}
	now = phone_now_us();
	if (due > now)
		ts.tv_nsec = (long)(due - now) * 1000;
	(void)ppoll(pfdv, 4, &ts, NULL);

	for (int i = 0; i < 2; i++) {
		phone_sip(pv[i]);
		phone_hear(pv[i]);
	}
}


void story_turns(struct story *t, uint64_t ms)
{
	const uint64_t end = phone_now_us() + ms * 1000;

	do {
		story_turn(t);
	} while (phone_now_us() < end);
}


const char *story_ask(struct story *t, struct phone *p, const char *method,
		      bool sdp)
{
	const uint64_t end = phone_now_us() + ANSWER_MS * 1000ULL;

	phone_request(p, method, sdp);
	while (!p->status && phone_now_us() < end)
		story_turn(t);
	if (!p->status)
		return "no answer";

	return p->status < 300 ? NULL : p->answer;
}


void story_send(struct story *t, bool a, bool b)
{
	t->a.sending = a;
	t->b.sending = b;
}


void story_drain(struct story *t)
{
	story_send(t, false, false);
	story_turns(t, DRAIN_MS);
}


/* losses do not count until each has heard the other */
void story_loosen(struct story *t, bool loose)
{
	parcels_loosen(&t->a.out);
	parcels_loosen(&t->b.out);
	t->a.out.loose = t->b.out.loose = loose;
}


const char *story_heard(struct story *t)
{
	const uint64_t end = phone_now_us() + HEARD_MS * 1000ULL;

	while (phone_now_us() < end) {
		story_turn(t);
		if ((t->a.out.strict || !t->a.sending) &&
		    (t->b.out.strict || !t->b.sending))
			return NULL;
	}

	return t->a.out.strict || !t->a.sending ? "a does not hear b"
						: "b does not hear a";
}


void story_begin(struct story *t)
{
	t->a.peer = &t->b;
	t->b.peer = &t->a;
	t->step_us = US / RATE;
}


bool story_judge(struct story *t)
{
	bool good;

	story_drain(t);
	good = phone_judge(&t->a);

	return phone_judge(&t->b) && good;
}
