/**
 * @file hindrance.h  Why a leg's packets do not ride in the kernel
 *
 * Pure, but for reading what the worker knows.
 */
#ifndef RELAY_ENGINE_HINDRANCE_H
#define RELAY_ENGINE_HINDRANCE_H

struct leg;

enum hindrance {
	HINDRANCE_UNKNOWN = 0, /* nothing rides here, or not looked at yet */
	HINDRANCE_NONE,        /* they do */

	/* as long as the call is as it is */
	HINDRANCE_TAP,
	HINDRANCE_KEYS,
	HINDRANCE_ANY,
	HINDRANCE_PORT,
	HINDRANCE_FAMILIES,
	HINDRANCE_ICE,
	HINDRANCE_SOURCE,
	HINDRANCE_TARGET,
	HINDRANCE_SILENT,

	/* found out by trying */
	HINDRANCE_SOON, /* tried now */
	HINDRANCE_SOURCES,
	HINDRANCE_MISFIT,
	HINDRANCE_ELSEWHERE,
	HINDRANCE_BUSY,
	HINDRANCE_WAY,
	HINDRANCE_ROOM,
	HINDRANCE_TAKEN,
	HINDRANCE_MEMORY,
	HINDRANCE_ERROR,
};

/* HINDRANCE_NONE: it may be tried */
enum hindrance hindrance_of(const struct leg *leg);

/* why the kernel has refused a flow */
enum hindrance hindrance_error(int err);

/* a few plain words, NULL: there is none */
const char *hindrance_text(enum hindrance h);

#endif
