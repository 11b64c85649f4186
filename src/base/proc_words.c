/* SPDX-License-Identifier: Apache-2.0 */
/* From a command line to the words of it and the program it names. */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One character inside double quotes; POSIX leaves most backslashes alone. */
static const char *
quoted(const char *s, char **out)
{
	if (s[0] == '\\' && s[1] == '\n')
		return s + 2;
	if (s[0] == '\\' && s[1] != '\0' && strchr("$`\"\\", s[1]) != NULL)
		s++;
	*(*out)++ = *s;
	return s + 1;
}

/* The word at `s` is written to *out with a NUL; returns where it ends, NULL
 * when a quote or an escape is not closed. */
static const char *
word(const char *s, char **out)
{
	char quote = '\0';

	for (; *s != '\0' && (quote != '\0' || !is_blank(*s));) {
		if (*s == quote) {
			quote = '\0';
			s++;
		} else if (quote == '"') {
			s = quoted(s, out);
		} else if (quote == '\'') {
			*(*out)++ = *s++;
		} else if (*s == '\'' || *s == '"') {
			quote = *s++;
		} else if (*s == '\\') {
			if (s[1] == '\0')
				return NULL;
			if (s[1] != '\n')
				*(*out)++ = s[1];
			s += 2;
		} else {
			*(*out)++ = *s++;
		}
	}
	*(*out)++ = '\0';
	return quote == '\0' ? s : NULL;
}

/* Past blanks and comments. */
static const char *
skip(const char *s, bool comments)
{
	for (;;) {
		while (is_blank(*s))
			s++;
		if (*s != '#' || !comments)
			return s;
		s += strcspn(s, "\n");
	}
}

char **
proc_words(const char *text, bool comments, struct sealeaf_error *e)
{
	/* A word and the blank behind it take two bytes at least, and the
	 * words with their NULs never more than the text with its own. */
	size_t n = strlen(text), most = n / 2 + 2, count = 0;
	char **words, *out;

	if (n > SIZE_MAX / 16 - 4) {
		(void)err_memory(e);
		return NULL;
	}
	words = mem_zero(most * sizeof *words + n + 2);
	if (words == NULL) {
		(void)err_memory(e);
		return NULL;
	}
	out = (char *)(words + most);
	for (text = skip(text, comments); *text != '\0';
	     text = skip(text, comments)) {
		words[count++] = out;
		text = word(text, &out);
		if (text == NULL) {
			free(words);
			(void)err_set(e, SEALEAF_ERR_GENERIC,
			    "a quote or a backslash has no end");
			return NULL;
		}
	}
	return words;
}

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0;
}

/* `folder`/`name` if that is a program; the caller frees. */
static char *
try_folder(struct span folder, const char *name)
{
	struct buf b = { 0 };
	char *path;

	buf_span(&b, folder);
	buf_putc(&b, '/');
	buf_puts(&b, name);
	path = buf_take(&b, NULL);
	if (path != NULL && is_program(path))
		return path;
	free(path);
	return NULL;
}

char *
proc_find(const char *name, const char *path)
{
	struct span left = span_of(path), folder;
	char *found = NULL;

	if (strchr(name, '/') != NULL)
		return is_program(name) ? mem_dup(name) : NULL;
	if (name[0] == '\0')
		return NULL;
	while (left.n > 0 && found == NULL) {
		folder = span_sub(left, 0, span_find(left, ':'));
		left = span_sub(left, folder.n + 1, left.n);
		if (folder.n > 0 && folder.p[0] == '/')
			found = try_folder(folder, name);
	}
	return found;
}
