// SPDX-License-Identifier: GPL-2.0
/*
 * Output: texts for people, JSON for programs. With --json one object is printed, whose
 * last members are "exit" and, on failure, "error". Lines before it are objects, too,
 * which report phases.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hbactl.h"

#define BAR_WIDTH	30

static bool bar;	/* the terminal's last line is a progress bar */
static bool begun;
static bool comma;

/* Prints any text as one line of ASCII. */
void print_text(const char *text)
{
	for (; *text; text++)
		putchar(isascii(*text) && isprint(*text) ? *text : '?');
}

static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits < 20 && !text[digits] && (digits == 1 || text[0] != '0');
}

/* Prints nanoseconds with a suitable unit; text that is not a number as it is. */
void print_ns(const char *number)
{
	double ns = strtod(number, NULL);

	if (!is_number(number))
		print_text(number);
	else if (ns < 1e6)
		printf("%.1f us", ns / 1e3);
	else if (ns < 1e9)
		printf("%.3f ms", ns / 1e6);
	else
		printf("%.3f s", ns / 1e9);
}

/* Bytes beyond ASCII become the Unicode characters with these numbers, so any text is valid. */
static void put_string(const char *text)
{
	const unsigned char *c;

	putchar('"');
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < ' ' || *c > '~')
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

/* An element of an array has no key. */
static void put_key(const char *key)
{
	if (comma)
		putchar(',');
	comma = true;
	if (!key)
		return;
	put_string(key);
	putchar(':');
}

/* Prints a progress bar in place of the previous one. */
void print_bar(const char *adapter, int percent, const char *text)
{
	int i;

	printf("\r%s [", adapter);
	for (i = 0; i < BAR_WIDTH; i++)
		putchar(i < percent * BAR_WIDTH / 100 ? '#' : '.');
	printf("] %3d%%  ", percent);
	print_text(text);
	printf("\033[K");
	fflush(stdout);
	bar = true;
}

/* Ends the bar, so that the next output begins a new line. */
void print_behind_bar(void)
{
	if (bar)
		putchar('\n');
	bar = false;
}

bool json_begun(void)
{
	return begun;
}

void json_begin(const char *command)
{
	begun = true;
	comma = false;
	putchar('{');
	json_string("command", command);
}

void json_end(enum status status, const char *error)
{
	put_key("exit");
	printf("%d", status);
	if (status != HBACTL_OK)
		json_string("error", error);
	puts("}");
}

void json_open(const char *key, char bracket)
{
	put_key(key);
	putchar(bracket);
	comma = false;
}

void json_close(char bracket)
{
	putchar(bracket);
	comma = true;
}

void json_string(const char *key, const char *text)
{
	put_key(key);
	put_string(text);
}

/* Prints the text of a sysfs file: as a number, null if it is empty, or a string. */
void json_value(const char *key, const char *text)
{
	put_key(key);
	if (is_number(text))
		fputs(text, stdout);
	else if (!text[0] || !strcmp(text, "-"))
		fputs("null", stdout);
	else
		put_string(text);
}

void json_bool(const char *key, bool value)
{
	put_key(key);
	fputs(value ? "true" : "false", stdout);
}

/* Prints an object on a separate line, before the object of the command. */
void json_event(const char *adapter, const char *state, const char *progress)
{
	comma = false;
	putchar('{');
	json_string("event", "state");
	json_string("adapter", adapter);
	json_string("state", state);
	json_value("progress", progress);
	puts("}");
	fflush(stdout);
}
