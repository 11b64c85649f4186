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
#include "cli/scratch.h"

void
doctor_say(const char *verdict, const char *subject, const char *text)
{
	printf("%-5s %-14s %s\n", verdict, subject, text);
}

static const char *
variable(const char *name)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? text : NULL;
}

/* A file with an identity; true when it is there. */
static bool
check_identities(const char *path, bool demanded)
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
		doctor_say(!there || access(path, R_OK) != 0 ? "FAIL"
			: (st.st_mode & 077) != 0            ? "warn"
							     : "ok",
		    "age identities", b.p);
	buf_fini(&b);
	return there;
}

static bool
check_in(const char *folder, const char *below, const char *name)
{
	struct buf b = { 0 };
	bool there;

	if (folder == NULL)
		return false;
	buf_printf(&b, "%s%s%s", folder, below, name);
	there = !b.failed && check_identities(b.p, false);
	buf_fini(&b);
	return there;
}

static bool
check_age(void)
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
		doctor_say("ok", "age identities", set[i]);
		any = true;
	}
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const char *path = variable(files[i]);

		if (path == NULL)
			continue;
		good = check_identities(path, true) && good;
		any = true;
	}
	any = check_in(home, "/.ssh/", "id_ed25519") || any;
	any = check_in(home, "/.ssh/", "id_rsa") || any;
	any = check_in(config != NULL ? config : home,
		  config != NULL ? "" : "/.config", "/sops/age/keys.txt") ||
	    any;
	if (!any)
		doctor_say("note", "age identities", "none");
	return good;
}

static bool
check_config(struct cli *c)
{
	struct sealeaf_error e = { 0 };
	struct sealeaf_doc *doc = NULL;
	char path[4096];
	bool good;

	if (!cli_config_path(c, path, sizeof path)) {
		doctor_say("note", "configuration",
		    "none: keys come from flags and "
		    "variables");
		return true;
	}
	good = cli_context(c, &e) == SEALEAF_OK;
	/* A name that no rule fits; only a broken file is of interest. */
	if (good && sealeaf_create(c->ctx, "/", SEALEAF_BINARY, &doc, &e) != 0)
		good = cli_no_rule(&e) || e.code == SEALEAF_ERR_NO_RULE;
	sealeaf_doc_free(doc);
	doctor_say(good ? "ok" : "FAIL", "configuration", path);
	if (!good)
		doctor_say("", "", e.text);
	return good;
}

static void
check_program(const char *subject, const char *chosen, const char *fallback)
{
	const char *name = chosen != NULL ? chosen : fallback;
	char *found = NULL;

	if (strchr(name, '/') == NULL)
		found = proc_find(name, getenv("PATH"));
	if (chosen != NULL)
		doctor_say("ok", subject, chosen);
	else if (found != NULL)
		doctor_say("ok", subject, found);
	else
		doctor_say("note", subject, "not found");
	free(found);
}

static bool
check_scratch(const struct cli *c)
{
	struct sealeaf_error e = { 0 };
	struct scratch s = { 0 };
	bool good = scratch_new(&s, "sealeaf", "probe", &e) == SEALEAF_OK;

	doctor_say(!good                ? "FAIL"
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
check_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	doctor_say(fd >= 0 ? "ok" : "note", "terminal",
	    fd >= 0 ? "/dev/tty" : "none: passphrases cannot be asked for");
	if (fd >= 0)
		(void)close(fd);
}

enum sealeaf_code
cmd_doctor(struct cli *c, struct sealeaf_error *e)
{
	const char *editor = variable("SOPS_EDITOR");
	bool good;

	doctor_say("ok", "version", sealeaf_version());
	doctor_say("ok", "compatible", sealeaf_compatible());
	good = check_config(c);
	good = check_age() && good;
	if (cli_context(c, e) != SEALEAF_OK)
		return e->code;
	doctor_identities(c->ctx);
	check_program("gpg", variable("SOPS_GPG_EXEC"), "gpg");
	doctor_pgp(c->ctx);
	doctor_plugins(getenv("PATH"));
	check_program("editor", editor != NULL ? editor : variable("EDITOR"),
	    "vim");
	good = check_scratch(c) && good;
	check_terminal();
	if (good)
		return SEALEAF_OK;
	(void)fflush(stdout);
	return err_set(e, SEALEAF_ERR_GENERIC, "something needs attention");
}
