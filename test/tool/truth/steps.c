/**
 * @file steps.c  What a call is told to do
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "test/tool/truth/steps.h"
#include "test/tool/truth/story.h"


enum { DRAIN_MS = 400, SECOND_US = 1000000 };

/** The same for all; p is who is named, or phone a */
typedef const char *(step_h)(struct story *t, struct phone *p, char *what);


static const char *step_register(struct story *t, struct phone *p, char *what)
{
	struct phone *pv[2] = {&t->a, &t->b};
	const char *why = NULL;

	(void)what;
	for (int i = 0; !why && i < 2; i++) {
		p = pv[i];
		phone_identify(p);
		p->away = true; /* where others of its name have been */
		why = story_ask(t, p, "REGISTER", false);
		p->away = false;
		if (!why)
			why = story_ask(t, p, "REGISTER", false);
	}

	return why;
}


static const char *step_loose(struct story *t, struct phone *p, char *what)
{
	(void)p;
	(void)what;
	story_loosen(t, true);

	return NULL;
}


/* after it was loose for a while: losses count from now on */
static const char *step_settle(struct story *t, struct phone *p, char *what)
{
	(void)p;
	(void)what;
	story_turns(t, DRAIN_MS);
	story_loosen(t, false);

	return story_heard(t);
}


static const char *speak_anew(struct story *t)
{
	story_loosen(t, false);
	story_send(t, true, true);

	return story_heard(t);
}


static const char *step_call(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)p;
	(void)what;
	phone_dial(&t->a);
	t->b.up = false;
	why = story_ask(t, &t->a, "INVITE", true);
	if (why)
		return why;

	(void)re_printf("media: a sends to %J, b to %J\n", &t->a.far,
			&t->b.far);

	return speak_anew(t);
}


static const char *step_run(struct story *t, struct phone *p, char *what)
{
	(void)p;
	story_turns(t, strtoul(what, NULL, 10));
	return NULL;
}


static const char *step_rate(struct story *t, struct phone *p, char *what)
{
	const unsigned long n = strtoul(what, NULL, 10);

	(void)p;
	t->step_us = SECOND_US / (n ? n : 1);

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
	story_turns(t, DRAIN_MS);
	p->held = true;

	return story_ask(t, p, "INVITE", true);
}


static const char *step_resume(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	p->held = false;
	why = story_ask(t, p, "INVITE", true);
	p->peer->sending = !why;

	return why;
}


static const char *step_port(struct story *t, struct phone *p, char *what)
{
	(void)what;
	story_drain(t);
	if (phone_move(p))
		return "there is no port";
	story_loosen(t, false);
	story_send(t, true, true);

	return NULL;
}


static const char *step_move(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	story_drain(t);
	if (phone_move(p))
		return "there is no port";
	why = story_ask(t, p, "INVITE", true);

	return why ? why : speak_anew(t);
}


/* a re-INVITE that changes nothing, while both speak */
static const char *step_again(struct story *t, struct phone *p, char *what)
{
	(void)what;

	return story_ask(t, p, "INVITE", true);
}


/* it wants its media there, and is silent */
static const char *step_point(struct story *t, struct phone *p, char *what)
{
	unsigned port = 0;

	story_drain(t);
	if (sscanf(what, "%*[ab]=%63[^:]:%u", p->elsewhere, &port) != 2)
		return "where?";
	p->elsewhere_port = (uint16_t)port;

	return story_ask(t, p, "INVITE", true);
}


static const char *step_fax(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	story_drain(t);
	p->fax = !p->fax;
	why = story_ask(t, p, "INVITE", true);
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
	story_drain(t);

	return NULL;
}


static const char *step_ghosts(struct story *t, struct phone *p, char *what)
{
	const bool on = !strcmp(what, "on");

	(void)p;
	story_drain(t);
	t->a.out.ghost = t->b.out.ghost = on;
	story_loosen(t, false);
	story_send(t, on, on);

	return NULL;
}


static const char *step_bye(struct story *t, struct phone *p, char *what)
{
	const char *why;

	(void)what;
	story_drain(t);
	why = story_ask(t, p, "BYE", false);
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
	{"fax", step_fax},           {"point", step_point},
	{"ssrc", step_ssrc},         {"loose", step_loose},
	{"settle", step_settle},     {"quiet", step_quiet},
	{"ghosts", step_ghosts},     {"bye", step_bye},
	{"quit", step_quit},
};


const char *steps_obey(struct story *t, const char *line)
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
