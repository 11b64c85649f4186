/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command. Where to look:
 *
 *	main.c       hardening, dispatch
 *	command.c    the table of commands
 *	opt_table.c  the table of flags; opt.c reads them
 *	cli.c        from flags to a context of the library
 *	target.c     the file worked on: name, formats, reading, writing
 *	several.c    many files at once
 *	cmd_*.c      one command each; legacy.c: the form without a command
 *	help.c complete.c    made from the tables
 *	log.c report.c       what goes to standard error
 *	advice.c             and the command that helps
 *	tty.c                questions
 *	scratch.c editor.c child.c signals.c    editors and other programs
 *
 * Everything about documents goes through the public header.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "cli/advice.h"
#include "cli/command.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "cli/report.h"
#include "cli/say.h"
#include "cli/cli.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

/* No core dump and no tracing: both would hold keys and plaintext. */
static void
harden(void)
{
#ifndef SANITIZED /* the leak sanitizer traces its own process */
	struct rlimit none;

#ifdef __linux__
	/* Undone by exec, so children may dump core as before. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
		return;
#endif
	if (getrlimit(RLIMIT_CORE, &none) == 0) {
		none.rlim_cur = 0;
		(void)setrlimit(RLIMIT_CORE, &none);
	}
#endif
}

/*
 * A closed standard stream would give its number to the next file opened. It
 * is taken by /dev/null opened the wrong way round, so that using the stream
 * is still an error.
 */
static void
guard_streams(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", modes[fd]) != fd)
			_exit(1);
	}
}

/* A broken pipe is seen as an error where it happens, first. */
static void
ignore_pipe(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
}

/* What is buffered for standard output, and the status it leaves. */
static int
finish(int status)
{
	struct sealeaf_error e = { 0 };
	struct sigaction action;
	int number;

	if (fflush(stdout) == 0)
		return status;
	number = errno;
	if (number == EPIPE) {
		/* As everywhere: a reader that went away is no message. */
		memset(&action, 0, sizeof action);
		action.sa_handler = SIG_DFL;
		(void)sigaction(SIGPIPE, &action, NULL);
		(void)raise(SIGPIPE);
	}
	(void)err_errno(&e, SEALEAF_ERR_WRITE, number, "write /dev/stdout");
	say_error("%s\n", e.text);
	return status != 0 ? status : 1;
}

static int
fail_flags(struct cli *c, const struct sealeaf_error *e)
{
	c->fatal = "CMD";
	return report_error(c, e);
}

static int
unknown_topic(struct cli *c, const char *name)
{
	struct sealeaf_error e = { 0 };

	(void)err_set(&e, SEALEAF_ERR_WRITE, "No help topic for '%s'", name);
	return report_error(c, &e);
}

static int
run(struct cli *c,
    enum sealeaf_code (*work)(struct cli *, struct sealeaf_error *))
{
	struct sealeaf_error e = { 0 };

	c->log.verbose = opts_bool(&c->opts, OPT_VERBOSE);
	if (work(c, &e) == SEALEAF_OK)
		return c->status;
	advice_add(c, advice_file(c), &e);
	return report_error(c, &e);
}

/* `cmd` with its arguments, or a command below it. */
static int
run_command(struct cli *c, const struct command *cmd, size_t argc,
    const char *const *argv)
{
	struct sealeaf_error e = { 0 };
	const struct command *below;
	size_t rest = 0;

	c->command = cmd;
	if (opts_environment(&c->opts, cmd->level, NULL, NULL, &e) != 0)
		return fail_flags(c, &e);
	if (opts_parse(&c->opts, cmd->level, argv, argc, &rest, &e) != 0)
		return report_usage(c, cmd, &e);
	if (opts_bool(&c->opts, OPT_HELP)) {
		help_print(stdout, c, cmd);
		return 0;
	}
	if (!command_is_group(cmd))
		return run(c, cmd->run);
	if (rest == argc || strcmp(argv[rest], "help") == 0 ||
	    strcmp(argv[rest], "h") == 0) {
		help_print(stdout, c, cmd);
		return 0;
	}
	below = command_find(cmd->name, argv[rest]);
	if (below == NULL)
		return unknown_topic(c, argv[rest]);
	return run_command(c, below, argc - rest - 1, argv + rest + 1);
}

static int
run_main(struct cli *c, size_t argc, const char *const *argv)
{
	struct sealeaf_error e = { 0 };
	const struct command *cmd;
	size_t rest = 0;

	if (opts_environment(&c->opts, LEVEL_MAIN, NULL, NULL, &e) != 0)
		return fail_flags(c, &e);
	if (opts_parse(&c->opts, LEVEL_MAIN, argv, argc, &rest, &e) != 0)
		return report_usage(c, NULL, &e);
	if (opts_bool(&c->opts, OPT_HELP)) {
		help_print(stdout, c, NULL);
		return 0;
	}
	if (opts_bool(&c->opts, OPT_VERSION)) {
		help_version(stdout, c);
		return 0;
	}
	cmd = rest < argc ? command_find(NULL, argv[rest]) : NULL;
	if (cmd != NULL)
		return run_command(c, cmd, argc - rest - 1, argv + rest + 1);
	/* Without a command all that follows the first file is ignored. */
	if (opts_rest(&c->opts, argv + rest, argc - rest, &e) != 0)
		return report_error(c, &e);
	return run(c, legacy);
}

enum sealeaf_code
cmd_help(struct cli *c, struct sealeaf_error *e)
{
	const struct command *cmd = NULL;
	const char *parent = NULL;

	for (size_t i = 0; i < c->opts.n; i++) {
		cmd = command_find(parent, c->opts.args[i]);
		if (cmd == NULL)
			return err_set(e, SEALEAF_ERR_WRITE,
			    "No help topic for '%s'", c->opts.args[i]);
		parent = cmd->name;
		if (!command_is_group(cmd))
			break;
	}
	help_print(stdout, c, cmd);
	return SEALEAF_OK;
}

int
main(int argc, char **argv)
{
	const char *const *words = (const char *const *)argv;
	struct cli c = { 0 };
	const char *slash;
	int status;

	harden();
	guard_streams();
	ignore_pipe();
	log_init(&c.log);
	if (argc < 1)
		return 1;
	slash = strrchr(argv[0], '/');
	c.as_sops = strcmp(slash != NULL ? slash + 1 : argv[0], "sops") == 0;
	c.program = c.as_sops ? "sops" : "sealeaf";
	if (complete_wanted((size_t)argc, words)) {
		complete_print(&c, (size_t)argc, words);
		status = 0;
	} else {
		status = run_main(&c, (size_t)argc - 1, words + 1);
	}
	sealeaf_free(c.ctx);
	opts_fini(&c.opts);
	return finish(status);
}
