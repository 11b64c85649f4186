/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files are waited for, not computed on: the time goes to key services far
 * away. So each of a few threads takes the next file and handles it as if it
 * were the only one. Nobody is asked anything there: a file that fails after
 * its thread wanted an answer is handled again at the end, one by one, by a
 * context that asks, and remembers what it was told.
 *
 * Signals reach the first thread only. It waits until no file is being
 * written and then lets them end the process.
 */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#include "cli/advice.h"
#include "cli/command.h"
#include "cli/report.h"
#include "cli/say.h"
#include "cli/signals.h"
#include "cli/target.h"
#include "cli/several.h"

enum { WORKERS = 8 };

/* Documents may be nested a thousand levels deep. */
static const size_t stack_size = 8 << 20;

struct job {
	const char *file;        /* as given */
	struct stat st;          /* zeroed where it cannot be looked at */
	struct sealeaf_error *e; /* or NULL: not even memory for it */
	enum sealeaf_code code;
	bool skip;  /* named before */
	bool again; /* failed where nobody could be asked */
};

struct several {
	struct job *jobs;
	size_t n;
	atomic_size_t next;
	atomic_size_t through; /* told on a terminal */
	bool shown;
	enum sealeaf_code (
	    *work)(struct cli *, const char *, struct sealeaf_error *);
	pthread_rwlock_t writing;
	int ends[2]; /* each worker puts a byte when it is through */
};

struct worker {
	struct several *s;
	struct cli c;
	pthread_t thread;
	bool asked; /* since then its context may know that nobody answers */
};

/* Same files side by side, in the order of the arguments. */
static int
compare(const void *a, const void *b)
{
	const struct job *x = *(struct job *const *)a;
	const struct job *y = *(struct job *const *)b;

	if (x->st.st_dev != y->st.st_dev)
		return x->st.st_dev < y->st.st_dev ? -1 : 1;
	if (x->st.st_ino != y->st.st_ino)
		return x->st.st_ino < y->st.st_ino ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Mark all but the first of those that are one file, by whatever name. */
static enum sealeaf_code
find_twins(struct several *s, struct sealeaf_error *e)
{
	struct job **sorted = mem_array(s->n, sizeof *sorted);

	if (sorted == NULL)
		return err_memory(e);
	for (size_t i = 0; i < s->n; i++)
		sorted[i] = &s->jobs[i];
	qsort(sorted, s->n, sizeof *sorted, compare);
	for (size_t i = 1; i < s->n; i++)
		sorted[i]->skip = sorted[i]->st.st_ino != 0 &&
		    sorted[i]->st.st_ino == sorted[i - 1]->st.st_ino &&
		    sorted[i]->st.st_dev == sorted[i - 1]->st.st_dev;
	free(sorted);
	return SEALEAF_OK;
}

static enum sealeaf_code
make_jobs(struct several *s, const struct opts *o, struct sealeaf_error *e)
{
	s->jobs = mem_array(o->n, sizeof *s->jobs);
	if (s->jobs == NULL)
		return err_memory(e);
	s->n = o->n;
	for (size_t i = 0; i < s->n; i++) {
		struct job *j = &s->jobs[i];

		j->file = o->args[i];
		if (stat(j->file, &j->st) != 0)
			memset(&j->st, 0, sizeof j->st);
	}
	return find_twins(s, e);
}

static void
handle(struct several *s, struct cli *c, struct job *j)
{
	struct sealeaf_error e = { 0 };

	j->again = false;
	j->code = s->work(c, j->file, &e);
	if (j->code == SEALEAF_OK)
		return;
	if (j->e == NULL)
		j->e = mem_zero(sizeof *j->e);
	if (j->e != NULL)
		*j->e = e;
}

/* How far it is, on the line that the next one overwrites. */
static void
progress(struct several *s)
{
	char text[64];
	size_t n = atomic_fetch_add(&s->through, 1) + 1;
	int len;

	if (!s->shown)
		return;
	len = snprintf(text, sizeof text, "\r%zu of %zu files", n, s->n);
	if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
		return;
}

static void
end_progress(const struct several *s)
{
	static const char clear[] = "\r\033[K";

	if (s->shown && write(STDERR_FILENO, clear, sizeof clear - 1) < 0)
		return;
}

static void *
run_worker(void *argument)
{
	struct worker *w = argument;
	struct several *s = w->s;
	size_t i;

	while ((i = atomic_fetch_add(&s->next, 1)) < s->n) {
		if (s->jobs[i].skip)
			continue;
		handle(s, &w->c, &s->jobs[i]);
		progress(s);
		s->jobs[i].again = w->asked && s->jobs[i].code != SEALEAF_OK;
	}
	/* It must arrive, whatever is wrong: the pipe is ours, and never full. */
	while (write(s->ends[1], "", 1) != 1)
		;
	return NULL;
}

static long
ask_later(void *user, const char *prompt, bool hidden, char *answer,
    size_t size)
{
	struct worker *w = user;

	(void)prompt;
	(void)hidden;
	(void)answer;
	(void)size;
	w->asked = true;
	return -1;
}

/* Contexts are made here, so that what there is to say is said once. */
static enum sealeaf_code
make_workers(struct several *s, struct cli *c, struct worker *list, size_t n,
    struct sealeaf_error *e)
{
	for (size_t i = 0; i < n; i++) {
		struct worker *w = &list[i];

		w->s = s;
		w->c = *c;
		w->c.quiet = i > 0;
		w->c.writing = &s->writing;
		if (cli_context(&w->c, e) != 0)
			return e->code;
		w->c.quiet = false;
		sealeaf_on_ask(w->c.ctx, ask_later, w);
	}
	return SEALEAF_OK;
}

/* The signal's usual effect, once no file is half written. */
static void
stop(struct several *s, struct signals *held, int number)
{
	(void)pthread_rwlock_wrlock(&s->writing);
	signals_release(held);
	(void)raise(number);
	_exit(1);
}

/* Wait until `n` workers are through. */
static void
wait_workers(struct several *s, struct signals *held, size_t n)
{
	char byte;

	while (n > 0) {
		int number = signals_wait_input(held, s->ends[0]);

		if (number != 0)
			stop(s, held, number);
		if (read(s->ends[0], &byte, 1) == 1)
			n--;
	}
}

static void
run_workers(struct several *s, struct worker *list, size_t n)
{
	struct signals held;
	pthread_attr_t attr;
	size_t started = 0;
	int number;

	signals_hold(&held, false);
	if (pthread_attr_init(&attr) == 0) {
		(void)pthread_attr_setstacksize(&attr, stack_size);
		while (started < n &&
		    pthread_create(&list[started].thread, &attr, run_worker,
			&list[started]) == 0)
			started++;
		(void)pthread_attr_destroy(&attr);
	}
	wait_workers(s, &held, started);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(list[i].thread, NULL);
	number = signals_pending(&held);
	if (number != 0)
		stop(s, &held, number);
	signals_release(&held);
	if (started == 0)
		(void)run_worker(&list[0]);
}

/* Those that want an answer, by the context that asks. */
static enum sealeaf_code
run_rest(struct several *s, struct cli *c, struct sealeaf_error *e)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!s->jobs[i].again)
			continue;
		c->quiet = true;
		if (cli_context(c, e) != 0)
			return e->code;
		c->quiet = false;
		handle(s, c, &s->jobs[i]);
	}
	return SEALEAF_OK;
}

/* Whether the refusal of a file means that it is done already. */
static bool
is_sealed(struct cli *c, const char *file)
{
	struct sealeaf_error ignored = { 0 };
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	bool sealed;

	sealed = target_init(&t, c, file, true, &ignored) == SEALEAF_OK &&
	    target_open(&t, c, &doc, &ignored) == SEALEAF_OK;
	sealeaf_doc_free(doc);
	target_fini(&t);
	return sealed;
}

static void
report_job(struct cli *c, const struct job *j, struct sealeaf_error *e)
{
	advice_add(c, j->file, e);
	/* A place in a file comes with the file's name. */
	if (e->line == 0 || e->source[0] == '\0')
		err_prefix(e, "%s", j->file);
	(void)report_error(c, e);
}

/* A mistake of the configuration is the same for every file. */
static bool
same_mistake(const struct sealeaf_error *a, const struct sealeaf_error *b)
{
	return a->code == SEALEAF_ERR_CONFIG && a->code == b->code &&
	    a->line == b->line && strcmp(a->source, b->source) == 0 &&
	    strcmp(a->text, b->text) == 0;
}

static void
sum_up(const struct cli *c, size_t done, size_t sealed, size_t failed)
{
	bool encrypts = c->command->run == cmd_encrypt;

	say_error("%zu %s %s", done, done == 1 ? "file" : "files",
	    encrypts ? "encrypted" : "decrypted");
	if (sealed > 0)
		say_error(", %zu encrypted already", sealed);
	if (failed > 0)
		say_error(", %zu failed", failed);
	say_error("\n");
}

/* What failed, each with its file, and one line for all when anything did. */
static void
report_jobs(const struct several *s, struct cli *c)
{
	struct sealeaf_error none = { 0 }, config = { 0 };
	size_t done = 0, sealed = 0, failed = 0;

	(void)err_memory(&none);
	for (size_t i = 0; i < s->n; i++) {
		const struct job *j = &s->jobs[i];
		struct sealeaf_error *e = j->e != NULL ? j->e : &none;

		if (j->skip)
			continue;
		if (j->code == SEALEAF_OK) {
			done++;
			continue;
		}
		if (c->status == 0)
			c->status = sealeaf_code_exit(j->code);
		if (j->code == SEALEAF_ERR_ENCRYPTED && is_sealed(c, j->file)) {
			sealed++;
			continue;
		}
		failed++;
		if (same_mistake(e, &config))
			continue;
		config = *e;
		if (j->code == SEALEAF_ERR_CONFIG)
			(void)report_error(c, e);
		else
			report_job(c, j, e);
	}
	if (sealed + failed > 0)
		sum_up(c, done, sealed, failed);
}

static enum sealeaf_code
run_all(struct several *s, struct cli *c, struct sealeaf_error *e)
{
	struct worker *list;
	size_t n = s->n < WORKERS ? s->n : WORKERS;
	enum sealeaf_code code;

	list = mem_array(n, sizeof *list);
	if (list == NULL)
		return err_memory(e);
	code = make_workers(s, c, list, n, e);
	if (code == SEALEAF_OK) {
		s->shown = s->n > 1 && isatty(STDERR_FILENO);
		run_workers(s, list, n);
		end_progress(s);
		s->shown = false;
		code = run_rest(s, c, e);
	}
	if (code == SEALEAF_OK)
		report_jobs(s, c);
	for (size_t i = 0; i < n; i++)
		sealeaf_free(list[i].c.ctx);
	free(list);
	return code;
}

enum sealeaf_code
several_run(struct cli *c,
    enum sealeaf_code (
	*work)(struct cli *, const char *, struct sealeaf_error *),
    struct sealeaf_error *e)
{
	struct several s = { .work = work };
	enum sealeaf_code code;

	if (!opts_bool(&c->opts, OPT_IN_PLACE))
		return err_set(e, SEALEAF_ERR_CONFLICT,
		    "Error: --all writes every result back to its file: "
		    "it needs --in-place");
	code = target_check_output(c, c->opts.n > 0 ? c->opts.args[0] : NULL,
	    e);
	if (code != SEALEAF_OK)
		return code;
	if (!fd_pipe(s.ends))
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "pipe");
	if (pthread_rwlock_init(&s.writing, NULL) == 0) {
		code = make_jobs(&s, &c->opts, e);
		if (code == SEALEAF_OK)
			code = run_all(&s, c, e);
		(void)pthread_rwlock_destroy(&s.writing);
	} else {
		code = err_memory(e);
	}
	for (size_t i = 0; i < s.n; i++)
		free(s.jobs[i].e);
	free(s.jobs);
	(void)close(s.ends[0]);
	(void)close(s.ends[1]);
	return code;
}
