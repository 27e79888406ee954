/**
 * @file refuse_brief.h  An answer to a stranger, no longer than it may be
 */
#ifndef PROXY_SIP_REFUSE_BRIEF_H
#define PROXY_SIP_REFUSE_BRIEF_H

#include <re.h>

/*
 * Takes the finished answer *mbp (pos 0) and puts a shorter one in its place
 * where it has more than limit octets: with one challenge instead of two and
 * without what only describes us; then without phrase, length and what MD5 is
 * called; then in compact form. 0: as short as it is
 * needed, EMSGSIZE: the shortest, but longer than limit; else untouched.
 */
int refuse_brief(struct mbuf **mbp, size_t limit);

#endif
