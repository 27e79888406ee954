/**
 * @file ctl_screen.h  The terminal, while something is watched on it
 *
 * Its other screen is used, so that what stood there is there again
 * afterwards, and keys are heard at once.
 */
#ifndef PROXY_COMMAND_CTL_SCREEN_H
#define PROXY_COMMAND_CTL_SCREEN_H

#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

struct ctl_screen {
	bool on;
	bool keys;          /* they are heard */
	struct termios was; /* where they are */
};

/* is stdout a terminal that can be drawn on? */
bool ctl_screen_can(void);

/* each may be called twice */
void ctl_screen_enter(struct ctl_screen *s);
void ctl_screen_leave(struct ctl_screen *s);

void ctl_screen_size(unsigned *rows, unsigned *cols);

/* a title and as many lines as there is room for; it says how many it has
 * not. Pure */
void ctl_screen_draw(FILE *f, const char *title, const char *text,
		     unsigned rows, unsigned cols);

#endif
