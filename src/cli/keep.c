/* SPDX-License-Identifier: Apache-2.0 */
/* The name's last part stays, since it tells the format. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#include "cli/keep.h"
#include "cli/quote.h"
#include "cli/say.h"

enum { NUMBERS = 100 };

/* FOLDER/app.edited.yaml; `whole` puts the mark behind: app.yaml.edited. */
static void
put_name(struct buf *b, struct span folder, const char *name, bool whole,
    int number)
{
	const char *dot = strrchr(name, '.');
	size_t n = dot != NULL && !whole ? (size_t)(dot - name) : strlen(name);

	buf_span(b, folder);
	buf_putc(b, '/');
	buf_put(b, name, n);
	buf_puts(b, ".edited");
	if (number > 1)
		buf_printf(b, ".%d", number);
	buf_puts(b, name + n);
}

/* Make it in one folder, under the first name that is free. */
static bool
make_in(struct buf *path, struct span folder, const char *name,
    struct span data, bool whole)
{
	bool done = false, taken = true;

	for (int i = 1; taken && !done && i <= NUMBERS; i++) {
		struct file_change change = { .guard = FILE_ABSENT,
			.locked = true };
		struct sealeaf_error ignored = { 0 };

		buf_truncate(path, 0);
		put_name(path, folder, name, whole, i);
		if (path->failed)
			return false;
		taken = access(path->p, F_OK) == 0;
		if (taken)
			continue;
		done = file_change(path->p, data, 0600, &change, &ignored) == 0;
		taken = change.refused;
		free(change.left);
	}
	return done;
}

static bool
make(struct buf *path, const char *target, struct span data, bool whole)
{
	const char *slash = strrchr(target, '/');
	const char *name = slash != NULL ? slash + 1 : target;
	const char *others[] = { NULL, getenv("HOME"), getenv("TMPDIR"),
		getenv("XDG_RUNTIME_DIR"), "/var/tmp", "/tmp", "/dev/shm" };
	struct span beside = span_of(".");
	char here[4096];

	others[0] = getcwd(here, sizeof here);
	if (slash != NULL)
		beside = span_make(target, (size_t)(slash - target));
	if (make_in(path, beside, name, data, whole))
		return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (others[i] != NULL && others[i][0] == '/' &&
		    make_in(path, span_of(others[i]), name, data, whole))
			return true;
	}
	return false;
}

static void
put_command(struct buf *b, const struct cli *c, const char *path,
    enum sealeaf_format format)
{
	const char *name = sealeaf_format_name(format);

	buf_printf(b, "%s edit ", c->program);
	if (sealeaf_format_by_path(path) != format)
		buf_printf(b, "--input-type %s --output-type %s ", name, name);
	quote_shell(b, path);
}

void
keep_result(const struct cli *c, const char *path, struct span data,
    enum sealeaf_format format, struct sealeaf_error *e)
{
	/* Text that is none of the format named by the path. */
	bool whole = format == SEALEAF_BINARY;
	struct buf made = { 0 }, b = { 0 };

	if (e->hint[0] != '\0')
		log_warning(&c->log, e->hint);
	e->hint[0] = '\0';
	if (!make(&made, path, data, whole)) {
		err_hint(e, "your version could be kept nowhere");
		buf_fini(&made);
		return;
	}
	buf_puts(&b, "your version is kept, encrypted: ");
	put_command(&b, c, made.p, format);
	if (!b.failed && b.n < sizeof e->hint)
		err_hint(e, "%s", b.p);
	else if (!b.failed)
		say_error("hint: %s\n", b.p);
	buf_fini(&made);
	buf_fini(&b);
}
