/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys this user has: only their public names are shown. */

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"

#include "cli/doctor.h"

static void
put_identity(void *user, const char *location, const char *recipient,
    const char *problem)
{
	struct doctor *d = user;
	struct buf b = { 0 };

	if (problem != NULL)
		buf_printf(&b, "%s: %s", location, problem);
	else
		buf_printf(&b, "%s from %s",
		    recipient != NULL
			? recipient
			: "(shown once its passphrase or program is used)",
		    location);
	if (!b.failed)
		doctor_say(d, problem != NULL ? "warn" : "ok", "age identity",
		    b.p);
	buf_fini(&b);
}

void
doctor_identities(struct doctor *d, struct sealeaf_ctx *ctx)
{
	struct sealeaf_error e = { 0 };

	if (sealeaf_identities(ctx, put_identity, d, &e) != SEALEAF_OK)
		doctor_say(d, "FAIL", "age identity", e.text);
}

/* Field `n` (from 0) of a line that ':' divides. */
static struct span
field(struct span line, size_t n)
{
	while (n-- > 0)
		line = span_sub(line, span_find(line, ':') + 1, line.n);
	return span_sub(line, 0, span_find(line, ':'));
}

/* Why nobody can encrypt for the key of a "sec" line, or NULL. The capitals of
 * its capabilities are those of the whole key, expired subkeys left out. */
static const char *
unusable(struct span line)
{
	struct span validity = field(line, 1), can = field(line, 11);

	if (span_is(validity, "e"))
		return " has expired: it opens old files, nobody can encrypt for it";
	if (span_is(validity, "r"))
		return " is revoked: it opens old files, nobody can encrypt for it";
	if (span_find(can, 'D') < can.n)
		return " is disabled: enable it with gpg --edit-key";
	if (span_find(can, 'E') == can.n)
		return " has no part that can encrypt, or it has expired";
	return NULL;
}

/* The first fingerprint behind each secret key. */
static void
put_fingerprints(struct doctor *d, struct span rest)
{
	const char *problem = NULL;
	bool fresh = false;

	while (rest.n > 0) {
		struct span line = span_sub(rest, 0, span_find(rest, '\n'));
		struct buf b = { 0 };

		rest = span_sub(rest, line.n + 1, rest.n);
		if (span_starts(line, "sec:")) {
			fresh = true;
			problem = unusable(line);
		}
		if (!fresh || !span_starts(line, "fpr:"))
			continue;
		fresh = false;
		buf_puts(&b, "secret key ");
		buf_span(&b, field(line, 9));
		if (problem != NULL)
			buf_puts(&b, problem);
		if (!b.failed)
			doctor_say(d, problem != NULL ? "warn" : "ok", "gpg",
			    b.p);
		buf_fini(&b);
	}
}

/* What gpg lists as secret keys, if it does. */
static void
list_secret_keys(struct buf *out)
{
	const char *program = getenv("SOPS_GPG_EXEC");
	const char *argv[] = { "gpg", "--batch", "--with-colons",
		"--list-secret-keys", NULL };
	struct sealeaf_error e = { 0 };
	struct proc p = { .argv = argv, .output = out, .seconds = 10 };
	int status = 0;

	if (program != NULL && program[0] != '\0')
		argv[0] = program;
	if (proc_run(&p, &status, &e) != SEALEAF_OK || status != 0)
		buf_truncate(out, 0);
}

void
doctor_fingerprints(struct buf *b)
{
	struct buf out = { 0 };
	struct span rest;

	list_secret_keys(&out);
	for (rest = buf_get(&out); rest.n > 0;) {
		struct span line = span_sub(rest, 0, span_find(rest, '\n'));

		rest = span_sub(rest, line.n + 1, rest.n);
		if (!span_starts(line, "fpr:"))
			continue;
		buf_span(b, field(line, 9));
		buf_putc(b, '\n');
	}
	buf_fini(&out);
}

void
doctor_pgp(struct doctor *d, struct sealeaf_ctx *ctx)
{
	struct buf out = { 0 };

	list_secret_keys(&out);
	put_fingerprints(d, buf_get(&out));
	buf_fini(&out);
	doctor_say(d, sealeaf_agent(ctx) ? "ok" : "note", "gpg-agent",
	    sealeaf_agent(ctx) ? "answers" : "none answers");
}

static void
list_folder(struct doctor *d, const char *folder)
{
	static const char prefix[] = "age-plugin-";
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		struct buf b = { 0 };

		if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0)
			continue;
		buf_printf(&b, "%s/%s", folder, entry->d_name);
		if (!b.failed && access(b.p, X_OK) == 0)
			doctor_say(d, "ok", "age plugin", b.p);
		buf_fini(&b);
	}
	(void)closedir(dir);
}

void
doctor_plugins(struct doctor *d, const char *path)
{
	struct span rest = span_of(path != NULL ? path : "");

	while (rest.n > 0) {
		struct span part = span_sub(rest, 0, span_find(rest, ':'));
		struct buf folder = { 0 };

		rest = span_sub(rest, part.n + 1, rest.n);
		buf_span(&folder, part);
		if (part.n > 0 && part.p[0] == '/' && !folder.failed)
			list_folder(d, folder.p);
		buf_fini(&folder);
	}
}
