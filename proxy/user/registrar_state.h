/**
 * @file registrar_state.h  The registrar and its visits (registrar*.c, visit.c)
 */
#ifndef PROXY_USER_REGISTRAR_STATE_H
#define PROXY_USER_REGISTRAR_STATE_H

#include "proxy/user/ledger.h"
#include "proxy/user/registrar.h"
#include "proxy/user/registration.h"

struct counter;

struct registrar {
	const struct config *cfg; /* not owned */
	struct auth *auth;
	struct accounts *accounts;
	struct location *loc;
	struct ledger *ledger;
	struct transport *tp;
	struct txns *txns;
	struct timers *timers;
	struct log *log;
	struct list visitl; /* those that wait for their turn or the disk */
	struct counter *requests;
	struct counter *accepted;
	struct counter *refused;
	struct counter *bindings;
};

/** One REGISTER on its way through; a stranger's lives on the stack only */
struct visit {
	struct le le;
	struct registrar *r;
	struct message *req;
	struct server_txn *st;    /* once the phone is known */
	struct registration *reg; /* what it wants */
	struct turn *turn;        /* once it is kept */
	char aor[ACCOUNT_AOR_MAX];
};

void visit_answer(const struct visit *v, uint16_t scode, const char *reason,
		  const char *extra);

/* answers, counts and logs: a refusal is one line where it happens */
void visit_refuse(const struct visit *v, uint16_t scode, const char *reason,
		  const char *extra);
void visit_refuse_errno(const struct visit *v, int err);

/* the 200, with what is there now */
void visit_accept(const struct visit *v);

/* 0, or it was answered: who and for whom; then what it wants */
int visit_check_sender(struct visit *v);
int visit_check_wish(const struct visit *v);

#endif
