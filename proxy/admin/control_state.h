/**
 * @file control_state.h  What the control is made of (control*.c only)
 */
#ifndef PROXY_ADMIN_CONTROL_STATE_H
#define PROXY_ADMIN_CONTROL_STATE_H

#include <sys/types.h>
#include <sys/un.h>
#include "proxy/admin/control.h"

struct control {
	struct timers *timers;
	struct log *log;
	int fd;
	struct sockaddr_un sun;
	dev_t dev; /* of the file that we have made */
	ino_t ino;
	struct list clientl;
	struct list requestl; /* under way, their askers own them */
	struct {
		const char *name;
		control_h *h;
		control_later_h *laterh; /* one of the two */
		void *arg;
	} commandv[CONTROL_COMMANDS_MAX];
	size_t commandc;
};

/* asks what stands in a line, need not be valid; as control_ask() */
int control_ask_line(struct control_request **rp, struct control *c,
		     const char *line, size_t len, control_answer_h *h,
		     void *arg);

/* whoever still waits hears that nothing comes */
void control_request_flush(struct control *c);

#endif
