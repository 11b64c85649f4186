/* SPDX-License-Identifier: Apache-2.0 */
/* Threads for the length of one loop; signals stay with the caller. */

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/share.h"

struct part {
	pthread_t thread;
	void (*work)(void *, unsigned, size_t, size_t);
	void *user;
	unsigned number;
	size_t from, to;
};

unsigned
share_parts(size_t n, size_t least)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t parts = n / (least > 0 ? least : 1);

	if (processors < 1)
		processors = 1;
	if (parts > (size_t)processors)
		parts = (size_t)processors;
	if (parts > SHARE_MAX)
		parts = SHARE_MAX;
	return parts > 1 ? (unsigned)parts : 1;
}

static void *
run_part(void *argument)
{
	struct part *p = argument;

	p->work(p->user, p->number, p->from, p->to);
	return NULL;
}

void
share_run(unsigned parts, size_t n,
    void (*work)(void *, unsigned, size_t, size_t), void *user)
{
	struct part list[SHARE_MAX];
	unsigned started = 0;
	sigset_t all, before;

	if (parts > SHARE_MAX)
		parts = SHARE_MAX;
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i + 1 < parts; i++) {
		struct part *p = &list[i];

		p->work = work;
		p->user = user;
		p->number = i;
		p->from = n * i / parts;
		p->to = n * (i + 1) / parts;
		if (pthread_create(&p->thread, NULL, run_part, p) != 0)
			break;
		started++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	for (unsigned i = started; i < parts; i++)
		work(user, i, n * i / parts, n * (i + 1) / parts);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(list[i].thread, NULL);
}
