/**
 * @file story.c  What happens to a call, step by step, while packets go on
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/** The same for all; p is who is named, or phone a */
typedef const char *(step_h)(struct story *t, struct phone *p, char *what);


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


static void turns(struct story *t, uint64_t ms)
{
	const uint64_t end = phone_now_us() + ms * 1000;

	do {
		story_turn(t);
	} while (phone_now_us() < end);
}


static const char *ask(struct story *t, struct phone *p, const char *method,
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


static void sending(struct story *t, bool a, bool b)
{
	t->a.sending = a;
	t->b.sending = b;
}


static void drain(struct story *t)
{
	sending(t, false, false);
	turns(t, DRAIN_MS);
}


static const char *step_register(struct story *t, struct phone *p, char *what)
{
	struct phone *pv[2] = {&t->a, &t->b};
	const char *why = NULL;

	(void)what;
	for (int i = 0; !why && i < 2; i++) {
		p = pv[i];
		phone_identify(p);
		p->away = true; /* where others of its name have been */
		why = ask(t, p, "REGISTER", false);
		p->away = false;
		if (!why)
			why = ask(t, p, "REGISTER", false);
	}

	return why;
}


static const char *step_loose(struct story *t, struct phone *p, char *what)
{
	(void)p;
	(void)what;
	parcels_loosen(&t->a.out);
	parcels_loosen(&t->b.out);

	return NULL;
}


static const char *step_heard(struct story *t, struct phone *p, char *what)
{
	const uint64_t end = phone_now_us() + HEARD_MS * 1000ULL;

	(void)p;
	(void)what;
	while (phone_now_us() < end) {
		story_turn(t);
		if ((t->a.out.strict || !t->a.sending) &&
		    (t->b.out.strict || !t->b.sending))
			return NULL;
	}

	return t->a.out.strict || !t->a.sending ? "a does not hear b"
						: "b does not hear a";
}


static const char *speak_anew(struct story *t)
{
	(void)step_loose(t, &t->a, NULL);
	sending(t, true, true);

	return step_heard(t, &t->a, NULL);
}


static const char *step_call(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)p;
	(void)what;
	phone_dial(&t->a);
	t->b.up = false;
	why = ask(t, &t->a, "INVITE", true);
	if (why)
		return why;

	(void)re_printf("media: a sends to %J, b to %J\n", &t->a.far,
			&t->b.far);

	return speak_anew(t);
}


static const char *step_run(struct story *t, struct phone *p, char *what)
{
	(void)p;
	turns(t, strtoul(what, NULL, 10));
	return NULL;
}


static const char *step_rate(struct story *t, struct phone *p, char *what)
{
	const unsigned long n = strtoul(what, NULL, 10);

	(void)p;
	t->step_us = US / (n ? n : 1);

	return NULL;
}


static const char *step_size(struct story *t, struct phone *p, char *what)
{
	struct parcels *s = &t->a.out;
	char *save = NULL;

	(void)p;
	s->sizec = 0;
	for (char *w = strtok_r(what, ",", &save);
	     w && s->sizec < PARCELS_SIZES; w = strtok_r(NULL, ",", &save)) {
		const unsigned long n = strtoul(w, NULL, 10);

		if (n < PARCELS_PACKET_MIN || n > PARCELS_PACKET_MAX)
			return "octets";
		s->sizev[s->sizec++] = (uint16_t)n;
	}
	memcpy(t->b.out.sizev, s->sizev, sizeof(s->sizev));
	t->b.out.sizec = s->sizec;

	return s->sizec ? NULL : "octets";
}


/* who is on hold says nothing */
static const char *step_hold(struct story *t, struct phone *p, char *what)
{
	(void)what;
	p->peer->sending = false;
	turns(t, DRAIN_MS);
	p->held = true;

	return ask(t, p, "INVITE", true);
}


static const char *step_resume(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	p->held = false;
	why = ask(t, p, "INVITE", true);
	p->peer->sending = !why;

	return why;
}


static const char *step_port(struct story *t, struct phone *p, char *what)
{
	(void)what;
	drain(t);
	if (phone_move(p))
		return "there is no port";
	(void)step_loose(t, p, NULL);
	sending(t, true, true);

	return NULL;
}


static const char *step_move(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	drain(t);
	if (phone_move(p))
		return "there is no port";
	why = ask(t, p, "INVITE", true);

	return why ? why : speak_anew(t);
}


/* a re-INVITE that changes nothing, while both speak */
static const char *step_again(struct story *t, struct phone *p, char *what)
{
	(void)what;

	return ask(t, p, "INVITE", true);
}


static const char *step_fax(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	drain(t);
	p->fax = !p->fax;
	why = ask(t, p, "INVITE", true);
	if (why)
		return why;
	t->a.out.kind = t->b.out.kind = p->fax ? PARCELS_UDPTL : PARCELS_RTP;

	return speak_anew(t);
}


static const char *step_ssrc(struct story *t, struct phone *p, char *what)
{
	(void)t;
	(void)what;
	++p->out.ssrc;

	return NULL;
}


static const char *step_quiet(struct story *t, struct phone *p, char *what)
{
	(void)p;
	(void)what;
	drain(t);

	return NULL;
}


static const char *step_ghosts(struct story *t, struct phone *p, char *what)
{
	const bool on = !strcmp(what, "on");

	(void)p;
	drain(t);
	t->a.out.ghost = t->b.out.ghost = on;
	(void)step_loose(t, &t->a, NULL);
	sending(t, on, on);

	return NULL;
}


static const char *step_bye(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	drain(t);
	why = ask(t, p, "BYE", false);
	p->up = false;

	return why;
}


static const char *step_quit(struct story *t, struct phone *p, char *what)
{
	(void)p;
	(void)what;
	t->quit = true;

	return NULL;
}


static const struct {
	const char *verb;
	step_h *h;
} stepv[] = {
	{"register", step_register}, {"call", step_call},
	{"run", step_run},           {"rate", step_rate},
	{"size", step_size},         {"hold", step_hold},
	{"resume", step_resume},     {"move", step_move},
	{"port", step_port},         {"again", step_again},
	{"fax", step_fax},           {"ssrc", step_ssrc},
	{"loose", step_loose},       {"heard", step_heard},
	{"quiet", step_quiet},       {"ghosts", step_ghosts},
	{"bye", step_bye},           {"quit", step_quit},
};


const char *story_obey(struct story *t, const char *line)
{
	t->verb[0] = t->what[0] = '\0';
	(void)sscanf(line, "%31s %127s", t->verb, t->what);
	for (size_t i = 0; i < ARRAY_SIZE(stepv); i++) {
		if (!strcmp(stepv[i].verb, t->verb))
			return stepv[i].h(t, *t->what == 'b' ? &t->b : &t->a,
					  t->what);
	}

	return "there is no such step";
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

	drain(t);
	good = phone_judge(&t->a);

	return phone_judge(&t->b) && good;
}
