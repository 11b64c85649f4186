/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking keys behind a network. As a rule one request a group is enough, so
 * that is how it begins: more would only fill the logs of key services with
 * refusals. A key that has not answered in a moment gets company, so a region
 * that hangs does not hold up a file that another can open. But not where there
 * are key services of other processes: a person may be asked there, who should
 * not be asked for every key of a file.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "key/remote.h"
#include "sops/unwrap.h"

enum { MOMENT = 300 }; /* milliseconds */

/* A key that can be asked, in a thread of its own. */
struct task {
	struct remotely *all;
	struct attempt *attempt;
	size_t group;
	pthread_t thread;
	bool started, threaded, done;
	struct secret part;
	enum sealeaf_code code;
};

struct remotely {
	struct unwrap *u;
	struct task *list;
	size_t n;
	pthread_mutex_t lock; /* guards the tasks' done, and the unwrap */
	pthread_cond_t changed;
	int64_t last; /* when a key was asked last */
	bool patient; /* a key that takes its time gets no company */
	bool memory;  /* some task ran out of it */
};

static int64_t
milliseconds(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
finish(struct task *t)
{
	struct remotely *all = t->all;

	(void)pthread_mutex_lock(&all->lock);
	t->done = true;
	if (t->code != SEALEAF_OK)
		all->memory = true;
	else if (t->part.n > 0 && !all->u->results[t->group].opened)
		unwrap_opened(all->u, t->group, t->attempt, &t->part);
	(void)pthread_cond_signal(&all->changed);
	(void)pthread_mutex_unlock(&all->lock);
}

static void *
run(void *user)
{
	struct task *t = user;

	t->code = unwrap_ask(t->all->u, t->attempt, false, &t->part, NULL);
	finish(t);
	return NULL;
}

/* Whether somebody is being asked for a group. */
static bool
busy(const struct remotely *all, size_t group)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].group == group && all->list[i].started &&
		    !all->list[i].done)
			return true;
	return false;
}

static size_t
busy_groups(const struct remotely *all)
{
	size_t n = 0;

	for (size_t g = 0; g < all->u->gs->n; g++)
		n += !all->u->results[g].opened && busy(all, g);
	return n;
}

/* The next key to ask now: of a group that nobody is asked for, as long as
 * groups are missing; any, when the last has had its moment. */
static struct task *
next(struct remotely *all, bool moment)
{
	struct unwrap *u = all->u;
	bool missing = busy_groups(all) < u->need - u->have;
	struct task *second = NULL;

	for (size_t i = 0; i < all->n; i++) {
		struct task *t = &all->list[i];

		if (t->started || u->results[t->group].opened)
			continue;
		if (!busy(all, t->group) && (missing || moment))
			return t;
		if (second == NULL)
			second = t;
	}
	return moment ? second : NULL;
}

/* Whether there is still somebody to ask. */
static bool
waiting(const struct remotely *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (!all->list[i].started &&
		    !all->u->results[all->list[i].group].opened)
			return true;
	return false;
}

/* The lock is held; it is let go where there can be no thread. */
static void
start(struct remotely *all, struct task *t)
{
	t->started = true;
	all->last = milliseconds();
	t->threaded = pthread_create(&t->thread, NULL, run, t) == 0;
	if (t->threaded)
		return;
	(void)pthread_mutex_unlock(&all->lock);
	(void)run(t);
	(void)pthread_mutex_lock(&all->lock);
}

/* Wait for an answer; when there are more to ask, not beyond the moment. */
static void
wait(struct remotely *all)
{
	int64_t end = all->last + MOMENT;
	struct timespec until = { (time_t)(end / 1000),
		(long)(end % 1000) * 1000000 };

	if (!all->patient && waiting(all))
		(void)pthread_cond_timedwait(&all->changed, &all->lock, &until);
	else
		(void)pthread_cond_wait(&all->changed, &all->lock);
}

static void
ask_until_enough(struct remotely *all)
{
	(void)pthread_mutex_lock(&all->lock);
	while (all->u->have < all->u->need && !all->memory) {
		bool moment = !all->patient &&
		    milliseconds() >= all->last + MOMENT;
		struct task *t = next(all, moment);

		if (t != NULL)
			start(all, t);
		else if (busy_groups(all) > 0)
			wait(all);
		else
			break;
	}
	(void)pthread_mutex_unlock(&all->lock);
}

/* Call off what is still under way. */
static void
join(struct remotely *all)
{
	struct key_session *s = &all->u->ctx->session;

	remote_stop(s, true);
	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].threaded)
			(void)pthread_join(all->list[i].thread, NULL);
		secret_fini(&all->list[i].part);
	}
	remote_stop(s, false);
}

static void
collect(struct remotely *all)
{
	struct unwrap *u = all->u;

	for (size_t g = 0; g < u->gs->n; g++) {
		struct group_result *r = &u->results[g];

		for (size_t i = 0; i < r->n && !r->opened; i++) {
			if (!unwrap_concerns(u, r->list[i].key, false))
				continue;
			if (all->list != NULL) {
				all->list[all->n].all = all;
				all->list[all->n].group = g;
				all->list[all->n].attempt = &r->list[i];
			}
			all->n++;
		}
	}
}

static enum sealeaf_code
ask_several(struct remotely *all, struct sealeaf_error *e)
{
	pthread_condattr_t monotonic;

	if (pthread_mutex_init(&all->lock, NULL) != 0 ||
	    pthread_condattr_init(&monotonic) != 0)
		return err_memory(e);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	if (pthread_cond_init(&all->changed, &monotonic) != 0)
		return err_memory(e);
	(void)pthread_condattr_destroy(&monotonic);
	ask_until_enough(all);
	join(all);
	(void)pthread_cond_destroy(&all->changed);
	(void)pthread_mutex_destroy(&all->lock);
	return all->memory ? err_memory(e) : SEALEAF_OK;
}

enum sealeaf_code
unwrap_remote(struct unwrap *u, struct sealeaf_error *e)
{
	struct remotely all = { .u = u, .patient = u->ctx->n_keyservices > 0 };
	struct secret part = { 0 };
	enum sealeaf_code code;

	collect(&all);
	if (all.n == 0 || u->have >= u->need)
		return SEALEAF_OK;
	code = remote_open(&u->ctx->session, e);
	all.list = mem_array(all.n, sizeof *all.list);
	if (code != SEALEAF_OK || all.list == NULL) {
		free(all.list);
		return err_memory(e);
	}
	all.n = 0;
	collect(&all);
	if (all.n > 1) {
		code = ask_several(&all, e);
	} else {
		code = unwrap_ask(u, all.list->attempt, false, &part, e);
		if (code == SEALEAF_OK && part.n > 0)
			unwrap_opened(u, all.list->group, all.list->attempt,
			    &part);
	}
	free(all.list);
	return code;
}
