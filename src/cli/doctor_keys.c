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
	struct buf b = { 0 };

	(void)user;
	if (problem != NULL)
		buf_printf(&b, "%s: %s", location, problem);
	else
		buf_printf(&b, "%s from %s",
		    recipient != NULL
			? recipient
			: "(shown once its passphrase or program is used)",
		    location);
	if (!b.failed)
		doctor_say(problem != NULL ? "warn" : "ok", "age identity",
		    b.p);
	buf_fini(&b);
}

void
doctor_identities(struct sealeaf_ctx *ctx)
{
	struct sealeaf_error e = { 0 };

	if (sealeaf_identities(ctx, put_identity, NULL, &e) != SEALEAF_OK)
		doctor_say("FAIL", "age identity", e.text);
}

/* Field `n` (from 0) of a line that ':' divides. */
static struct span
field(struct span line, size_t n)
{
	while (n-- > 0)
		line = span_sub(line, span_find(line, ':') + 1, line.n);
	return span_sub(line, 0, span_find(line, ':'));
}

/* The first fingerprint behind each secret key. */
static void
put_fingerprints(struct span rest)
{
	bool fresh = false;

	while (rest.n > 0) {
		struct span line = span_sub(rest, 0, span_find(rest, '\n'));
		struct buf b = { 0 };

		rest = span_sub(rest, line.n + 1, rest.n);
		if (span_starts(line, "sec:"))
			fresh = true;
		if (!fresh || !span_starts(line, "fpr:"))
			continue;
		fresh = false;
		buf_puts(&b, "secret key ");
		buf_span(&b, field(line, 9));
		if (!b.failed)
			doctor_say("ok", "gpg", b.p);
		buf_fini(&b);
	}
}

void
doctor_pgp(struct sealeaf_ctx *ctx)
{
	const char *program = getenv("SOPS_GPG_EXEC");
	const char *argv[] = { "gpg", "--batch", "--with-colons",
		"--list-secret-keys", NULL };
	struct sealeaf_error e = { 0 };
	struct buf out = { 0 };
	struct proc p = { .argv = argv, .output = &out, .seconds = 10 };
	int status = 0;

	if (program != NULL && program[0] != '\0')
		argv[0] = program;
	if (proc_run(&p, &status, &e) == SEALEAF_OK && status == 0)
		put_fingerprints(buf_get(&out));
	buf_fini(&out);
	doctor_say(sealeaf_agent(ctx) ? "ok" : "note", "gpg-agent",
	    sealeaf_agent(ctx) ? "answers" : "none answers");
}

static void
list_folder(const char *folder)
{
	static const char prefix[] = "age-plugin-";
	DIR *d = opendir(folder);
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		struct buf b = { 0 };

		if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0)
			continue;
		buf_printf(&b, "%s/%s", folder, entry->d_name);
		if (!b.failed && access(b.p, X_OK) == 0)
			doctor_say("ok", "age plugin", b.p);
		buf_fini(&b);
	}
	(void)closedir(d);
}

void
doctor_plugins(const char *path)
{
	struct span rest = span_of(path != NULL ? path : "");

	while (rest.n > 0) {
		struct span part = span_sub(rest, 0, span_find(rest, ':'));
		struct buf folder = { 0 };

		rest = span_sub(rest, part.n + 1, rest.n);
		buf_span(&folder, part);
		if (part.n > 0 && part.p[0] == '/' && !folder.failed)
			list_folder(folder.p);
		buf_fini(&folder);
	}
}
