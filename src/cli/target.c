/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names, formats, reading and writing, the same for all commands. Everything
 * is computed before a target is opened, so a failure changes nothing.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/show.h"

#include "cli/quote.h"
#include "cli/say.h"
#include "cli/target.h"

/* SOPS ignores names of formats that it does not know, in silence. */
static enum sealeaf_format
choose_format(const char *flag, const char *name)
{
	enum sealeaf_format format = SEALEAF_NONE;

	if (flag != NULL)
		format = sealeaf_format_by_name(flag);
	if (format != SEALEAF_NONE)
		return format;
	return name != NULL ? sealeaf_format_by_path(name) : SEALEAF_BINARY;
}

/* Whether `output` names the file that is read. */
static bool
is_same_file(const char *output, const char *file)
{
	struct stat a, b;

	return output != NULL && file != NULL && stat(output, &a) == 0 &&
	    stat(file, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

enum sealeaf_code
target_init(struct target *t, struct cli *c, const char *file, bool as_typed,
    struct sealeaf_error *e)
{
	const char *override = opts_string(&c->opts, OPT_FILENAME_OVERRIDE);
	const char *name = override != NULL ? override : file;
	const char *pwd = getenv("PWD");

	memset(t, 0, sizeof *t);
	if (file != NULL) {
		t->path = as_typed ? mem_dup(file) : file_absolute(file, pwd);
		if (t->path == NULL)
			return err_memory(e);
	}
	if (name != NULL) {
		t->name = file_absolute(name, pwd);
		if (t->name == NULL)
			return err_memory(e);
	}
	t->claim = file != NULL &&
	    (opts_bool(&c->opts, OPT_IN_PLACE) ||
		is_same_file(opts_string(&c->opts, OPT_OUTPUT), t->path));
	t->in = choose_format(opts_string(&c->opts, OPT_INPUT_TYPE), t->name);
	t->out = choose_format(opts_string(&c->opts, OPT_OUTPUT_TYPE), t->name);
	return cli_context(c, e);
}

bool
target_exists(const struct target *t)
{
	struct stat st;

	/* Only a file that is surely absent is missing: what cannot be looked
	 * at fails when it is read, with the reason. */
	return t->path == NULL || stat(t->path, &st) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR);
}

enum sealeaf_code
target_demand(const struct target *t, struct sealeaf_error *e)
{
	struct buf b = { 0 };

	if (target_exists(t))
		return SEALEAF_OK;
	quote_append(&b, span_of(t->path));
	(void)err_set(e, SEALEAF_ERR_NO_FILE,
	    "Error: cannot operate on non-existent file %s",
	    b.p != NULL ? b.p : "");
	buf_fini(&b);
	return e->code;
}

static bool
say_waiting(void *user)
{
	struct target *t = user;
	struct buf b = { 0 };

	if (!t->said) {
		buf_puts(&b,
		    "Waiting until another command has finished with ");
		buf_puts(&b, t->path);
		if (!b.failed)
			log_progress(b.p);
		buf_fini(&b);
	}
	t->said = true;
	return t->signals == NULL || signals_pending(t->signals) == 0;
}

static enum sealeaf_code
read_claimed(struct target *t, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	code = file_lock(&t->lock, t->path, say_waiting, t, e);
	if (code == SEALEAF_OK)
		code = file_read_fd(t->lock.fd, t->path, &t->data, e);
	/* Whoever writes at the other end of a pipe need not wait. */
	if (!t->lock.held)
		file_unlock(&t->lock);
	return code;
}

/* The folder of `path`, to be freed. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_dup(".");
	return mem_dup_n(path, slash > path ? (size_t)(slash - path) : 1);
}

enum sealeaf_code
target_check_place(const struct target *t, struct sealeaf_error *e)
{
	char *folder = folder_of(t->path);
	struct stat st;
	bool good = true;
	int number;

	if (folder == NULL)
		return err_memory(e);
	if (stat(t->path, &st) == 0)
		good = access(t->path, W_OK) == 0;
	else if (lstat(t->path, &st) != 0) /* a link may lead anywhere */
		good = access(folder, W_OK | X_OK) == 0;
	if (!good) {
		number = errno;
		(void)err_errno(e, SEALEAF_ERR_WRITE, number,
		    "Could not open in-place file for writing: open %s",
		    t->path);
		if (number == ENOENT)
			err_hint(e, "there is no folder %s", folder);
	}
	free(folder);
	return e->code;
}

enum sealeaf_code
target_read(struct target *t, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (t->path == NULL) {
		code = file_read_fd(STDIN_FILENO, "/dev/stdin", &t->data, e);
		if (code != SEALEAF_OK)
			err_prefix(e, "Error reading from stdin");
		return code;
	}
	code = t->claim ? read_claimed(t, e) : file_read(t->path, &t->data, e);
	if (code != SEALEAF_OK)
		err_prefix(e, "Error reading file");
	return code;
}

void
target_release(struct target *t)
{
	buf_fini(&t->data);
	file_unlock(&t->lock);
}

enum sealeaf_code
target_open(struct target *t, struct cli *c, struct sealeaf_doc **doc,
    struct sealeaf_error *e)
{
	if (target_read(t, e) != 0)
		return e->code;
	if (sealeaf_open(c->ctx, t->name, t->in,
		t->data.p != NULL ? t->data.p : "", t->data.n, doc, e) != 0)
		err_source(e, t->name != NULL ? t->name : "/dev/stdin");
	return e->code;
}

/* A file left over is no failure of the command, but no secret either. */
static void
warn_left(const struct cli *c, const char *path)
{
	struct buf b = { 0 };

	buf_puts(&b, "The temporary file ");
	buf_puts(&b, path);
	buf_puts(&b, " could not be removed");
	if (!b.failed)
		log_warning(&c->log, b.p);
	buf_fini(&b);
}

static enum sealeaf_code
change(const struct target *t, const struct cli *c, const char *path,
    struct span data, bool *refused, struct sealeaf_error *e)
{
	bool was_read = t->data.p != NULL;
	struct file_change change = {
		.guard = was_read ? FILE_UNCHANGED : FILE_ABSENT,
		.old = buf_get(&t->data),
		.locked = t->lock.held,
	};
	enum sealeaf_code code;

	if (c->writing != NULL)
		(void)pthread_rwlock_rdlock(c->writing);
	code = file_change(path, data, 0666, &change, e);
	if (c->writing != NULL)
		(void)pthread_rwlock_unlock(c->writing);
	if (change.left != NULL && code == SEALEAF_OK)
		warn_left(c, change.left);
	free(change.left);
	*refused = change.refused;
	return code;
}

enum sealeaf_code
target_replace(struct target *t, struct cli *c, const struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	struct sealeaf_error problem = { 0 };
	bool refused;

	/* A file that cannot be opened any more is told about below. */
	if (!t->claim && t->data.p != NULL &&
	    file_lock(&t->lock, t->path, say_waiting, t, &problem) ==
		SEALEAF_ERR_CANCELLED) {
		*e = problem;
		return e->code;
	}
	if (change(t, c, t->path, span_make(out->p, out->n), &refused, e) !=
	    0) {
		if (!refused)
			err_prefix(e,
			    "Could not open in-place file for writing");
		return e->code;
	}
	log_line(&c->log, SEVERITY_INFO, "CMD", "File written successfully",
	    NULL, span_of(NULL));
	return SEALEAF_OK;
}

/* The bytes of a file never control a terminal. */
static enum sealeaf_code
write_out(struct span data, struct sealeaf_error *e)
{
	struct buf shown = { 0 };
	enum sealeaf_code code;

	if (isatty(STDOUT_FILENO) != 1)
		return file_write_fd(STDOUT_FILENO, "/dev/stdout", data, e);
	show_lines(&shown, data);
	code = buf_check(&shown, e);
	if (code == SEALEAF_OK)
		code = file_write_fd(STDOUT_FILENO, "/dev/stdout",
		    buf_get(&shown), e);
	if (code == SEALEAF_OK && shown.n != data.n)
		say_error(
		    "hint: control characters are shown as escapes on a terminal; redirect the output to have them as they are\n");
	buf_fini(&shown);
	return code;
}

enum sealeaf_code
target_print(struct span data, struct sealeaf_error *e)
{
	struct sigaction action;

	errno = 0;
	if (write_out(data, e) == 0)
		return SEALEAF_OK;
	if (errno == EPIPE) {
		memset(&action, 0, sizeof action);
		action.sa_handler = SIG_DFL;
		(void)sigaction(SIGPIPE, &action, NULL);
		(void)raise(SIGPIPE);
	}
	/* SOPS has a code for files that cannot be opened, none for this. */
	e->code = SEALEAF_ERR_GENERIC;
	return e->code;
}

enum sealeaf_code
target_write(struct target *t, struct cli *c, const struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	const char *path = opts_string(&c->opts, OPT_OUTPUT);
	struct span data = span_make(out->p, out->n);
	bool refused = false;

	if (opts_bool(&c->opts, OPT_IN_PLACE))
		return target_replace(t, c, out, e);
	if (path == NULL)
		return target_print(data, e);
	/* The file that was read may be the one to write, by whatever name. */
	if (t->claim)
		(void)!change(t, c, path, data, &refused, e);
	else
		(void)!file_replace(path, data, 0666, e);
	if (!refused)
		err_prefix(e, "Could not open output file for writing");
	return e->code;
}

enum sealeaf_code
target_check_output(const struct cli *c, const char *file,
    struct sealeaf_error *e)
{
	bool in_place = opts_bool(&c->opts, OPT_IN_PLACE);

	if (in_place && file == NULL)
		return err_set(e, SEALEAF_ERR_CONFLICT,
		    "Error: cannot use --in-place when reading from stdin");
	if (in_place && opts_string(&c->opts, OPT_OUTPUT) != NULL)
		return err_set(e, SEALEAF_ERR_CONFLICT,
		    "Error: cannot operate on both --output and --in-place");
	return SEALEAF_OK;
}

void
target_fini(struct target *t)
{
	free(t->path);
	free(t->name);
	target_release(t);
	memset(t, 0, sizeof *t);
}
