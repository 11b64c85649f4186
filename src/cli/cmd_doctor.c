/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what of the surroundings works, and what does not. Nothing secret is
 * read or printed, and no network is used. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/proc.h"

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/quote.h"
#include "cli/say.h"
#include "cli/scratch.h"
#include "cli/target.h"

void
doctor_say(struct doctor *d, const char *verdict, const char *subject,
    const char *text)
{
	if (!d->json) {
		say("%-5s %-14s %s\n", verdict, subject, text);
		return;
	}
	buf_puts(&d->checks, d->n++ > 0 ? ",\n" : "\n");
	buf_puts(&d->checks, "  {\"verdict\": ");
	quote_json(&d->checks, verdict);
	buf_puts(&d->checks, ", \"subject\": ");
	quote_json(&d->checks, subject);
	buf_puts(&d->checks, ", \"text\": ");
	quote_json(&d->checks, text);
	buf_puts(&d->checks, "}");
}

static const char *
variable(const char *name)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? text : NULL;
}

/* A file with an identity; true when it is there. */
static bool
check_identities(struct doctor *d, const char *path, bool demanded)
{
	struct buf b = { 0 };
	struct stat st;
	bool there = stat(path, &st) == 0;

	buf_puts(&b, path);
	if (there && access(path, R_OK) != 0)
		buf_puts(&b, " (not readable)");
	else if (there && (st.st_mode & 077) != 0)
		buf_printf(&b, " (others may read it: chmod go= %s)", path);
	else if (!there)
		buf_puts(&b, " (not there)");
	if (!b.failed && (there || demanded))
		doctor_say(d,
		    !there || access(path, R_OK) != 0 ? "FAIL"
			: (st.st_mode & 077) != 0     ? "warn"
						      : "ok",
		    "age identities", b.p);
	buf_fini(&b);
	return there;
}

static bool
check_in(struct doctor *d, const char *folder, const char *below,
    const char *name)
{
	struct buf b = { 0 };
	bool there;

	if (folder == NULL)
		return false;
	buf_printf(&b, "%s%s%s", folder, below, name);
	there = !b.failed && check_identities(d, b.p, false);
	buf_fini(&b);
	return there;
}

static bool
check_age(struct doctor *d)
{
	static const char *const set[] = { "SOPS_AGE_KEY", "SOPS_AGE_KEY_CMD",
		"SOPS_AGE_SSH_PRIVATE_KEY_CMD" };
	static const char *const files[] = { "SOPS_AGE_KEY_FILE",
		"SOPS_AGE_SSH_PRIVATE_KEY_FILE" };
	const char *home = variable("HOME");
	const char *config = variable("XDG_CONFIG_HOME");
	bool any = false, good = true;

	for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
		if (variable(set[i]) == NULL)
			continue;
		doctor_say(d, "ok", "age identities", set[i]);
		any = true;
	}
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const char *path = variable(files[i]);

		if (path == NULL)
			continue;
		good = check_identities(d, path, true) && good;
		any = true;
	}
	any = check_in(d, home, "/.ssh/", "id_ed25519") || any;
	any = check_in(d, home, "/.ssh/", "id_rsa") || any;
	any = check_in(d, config != NULL ? config : home,
		  config != NULL ? "" : "/.config", "/sops/age/keys.txt") ||
	    any;
	if (!any)
		doctor_say(d, "note", "age identities", "none");
	return good;
}

static bool
check_config(struct doctor *d, struct cli *c)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_doc *doc = NULL;
	struct buf b = { 0 };
	char path[4096];
	bool good;

	if (!cli_config_path(c, path, sizeof path)) {
		doctor_say(d, "note", "configuration",
		    "none: keys come from flags and "
		    "variables");
		return true;
	}
	good = cli_context(c, &e) == SEALEAF_OK;
	/* A name that no rule fits; only a broken file is of interest. */
	if (good && sealeaf_create(c->ctx, "/", SEALEAF_YAML, &doc, &e) != 0)
		good = cli_no_rule(&e) || e.code == SEALEAF_ERR_NO_RULE;
	sealeaf_doc_free(doc);
	buf_puts(&b, path);
	if (!good && e.line != 0)
		buf_printf(&b, ":%u:%u", (unsigned)e.line, (unsigned)e.column);
	if (!good)
		buf_printf(&b, ": %s", e.text);
	doctor_say(d, good ? "ok" : "FAIL", "configuration",
	    b.failed ? path : b.p);
	buf_fini(&b);
	return good;
}

/* The file that runs for `name`, freed by the caller; NULL: there is none. */
static char *
find_program(const char *name)
{
	struct buf b = { 0 };

	if (strchr(name, '/') == NULL)
		return proc_find(name, getenv("PATH"));
	if (access(name, X_OK) != 0)
		return NULL;
	buf_puts(&b, name);
	return buf_take(&b, NULL);
}

/* A program that a variable names, perhaps with arguments. */
static bool
check_chosen(struct doctor *d, const char *subject, const char *from,
    const char *command, bool arguments)
{
	char **words = arguments ? proc_words(command, true, NULL) : NULL;
	const char *name = words != NULL ? words[0] : command;
	char *found = name != NULL ? find_program(name) : NULL;
	struct buf b = { 0 };
	bool there = found != NULL;

	if (there)
		buf_puts(&b, command);
	else
		buf_printf(&b, "%s, which %s names, is not there", command,
		    from);
	if (!b.failed)
		doctor_say(d, there ? "ok" : "FAIL", subject, b.p);
	buf_fini(&b);
	free(found);
	free(words);
	return there;
}

/* One of the programs that are taken where none is named. */
static void
check_usual(struct doctor *d, const char *subject, const char *const *names)
{
	char *found = NULL;

	for (; *names != NULL && found == NULL; names++)
		found = find_program(*names);
	doctor_say(d, found != NULL ? "ok" : "note", subject,
	    found != NULL ? found : "not found");
	free(found);
}

static bool
check_gpg(struct doctor *d)
{
	static const char *const usual[] = { "gpg", NULL };
	const char *chosen = variable("SOPS_GPG_EXEC");

	if (chosen != NULL)
		return check_chosen(d, "gpg", "SOPS_GPG_EXEC", chosen, false);
	check_usual(d, "gpg", usual);
	return true;
}

static bool
check_editor(struct doctor *d)
{
	static const char *const usual[] = { "vim", "nano", "vi", NULL };
	static const char *const names[] = { "SOPS_EDITOR", "EDITOR" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (variable(names[i]) != NULL)
			return check_chosen(d, "editor", names[i],
			    variable(names[i]), true);
	check_usual(d, "editor", usual);
	return true;
}

static bool
check_scratch(struct doctor *d, const struct cli *c)
{
	struct sealeaf_error e = { 0 };
	struct scratch s = { 0 };
	bool good = scratch_new(&s, "sealeaf", "probe", &e) == SEALEAF_OK;

	doctor_say(d,
	    !good                       ? "FAIL"
		: scratch_in_memory(&s) ? "ok"
					: "warn",
	    "scratch files",
	    !good ? e.text
		: scratch_in_memory(&s)
		? "in memory"
		: "on a disk: edited plaintext is written there, and "
		  "overwritten afterwards");
	scratch_remove(&s, &c->log);
	return good;
}

static void
check_terminal(struct doctor *d)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	doctor_say(d, fd >= 0 ? "ok" : "note", "terminal",
	    fd >= 0 ? "/dev/tty" : "none: passphrases cannot be asked for");
	if (fd >= 0)
		(void)close(fd);
}

static bool
check_all(struct doctor *d, struct cli *c)
{
	bool configured, good;

	doctor_say(d, "ok", "version", sealeaf_version());
	doctor_say(d, "ok", "compatible", sealeaf_compatible());
	configured = good = check_config(d, c);
	good = check_age(d) && good;
	doctor_identities(d, c->ctx);
	good = check_gpg(d) && good;
	doctor_pgp(d, c->ctx);
	good = (!configured || doctor_rules(d, c->ctx)) && good;
	doctor_plugins(d, getenv("PATH"));
	good = check_editor(d) && good;
	good = check_scratch(d, c) && good;
	check_terminal(d);
	return good;
}

static enum sealeaf_code
print_json(const struct doctor *d, bool good, struct sealeaf_error *e)
{
	struct buf b = { 0 };
	enum sealeaf_code code;

	buf_printf(&b, "{\"good\": %s, \"checks\": [", good ? "true" : "false");
	buf_span(&b, buf_get(&d->checks));
	buf_puts(&b, "\n]}\n");
	code = d->checks.failed ? err_memory(e) : buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = target_print(buf_get(&b), e);
	buf_fini(&b);
	return code;
}

enum sealeaf_code
cmd_doctor(struct cli *c, struct sealeaf_error *e)
{
	struct doctor d = { .json = opts_bool(&c->opts, OPT_JSON) };
	enum sealeaf_code code = cli_context(c, e);
	bool good;

	if (code != SEALEAF_OK)
		return code;
	good = check_all(&d, c);
	if (d.json)
		code = print_json(&d, good, e);
	buf_fini(&d.checks);
	if (code != SEALEAF_OK || good)
		return code;
	(void)fflush(stdout);
	return err_set(e, SEALEAF_ERR_GENERIC, "something needs attention");
}
