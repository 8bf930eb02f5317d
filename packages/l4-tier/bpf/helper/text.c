// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int grow(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 256;
	char *bytes;

	while (room - text->length < more)
		room *= 2;
	if (room == text->room)
		return 1;
	bytes = realloc(text->bytes, room);
	if (!bytes) {
		text->failed = 1;
		return 0;
	}
	text->bytes = bytes;
	text->room = room;
	return 1;
}

void text_add(struct text *text, const void *bytes, size_t length)
{
	if (!grow(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

void text_printf(struct text *text, const char *format, ...)
{
	char line[512];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (length > 0)
		text_add(text, line, (size_t)length < sizeof(line) ? (size_t)length : sizeof(line) - 1);
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_base64(struct text *text, const uint8_t *bytes, size_t length)
{
	char *to;

	if (!grow(text, (length + 2) / 3 * 4))
		return;
	to = text->bytes + text->length;
	for (size_t at = 0; at < length; at += 3) {
		size_t left = length - at;
		uint32_t three = bytes[at] << 16 | (left > 1 ? bytes[at + 1] << 8 : 0) |
				 (left > 2 ? bytes[at + 2] : 0);

		*to++ = digits[three >> 18];
		*to++ = digits[three >> 12 & 63];
		*to++ = left > 1 ? digits[three >> 6 & 63] : '=';
		*to++ = left > 2 ? digits[three & 63] : '=';
	}
	text->length = to - text->bytes;
}

void text_free(struct text *text)
{
	free(text->bytes);
	memset(text, 0, sizeof(*text));
}

char *next_word(char **line)
{
	char *word = *line;
	char *blank;

	if (!word || !*word)
		return NULL;
	blank = strchr(word, ' ');
	if (blank)
		*blank = '\0';
	*line = blank ? blank + 1 : NULL;
	return word;
}

int parse_number(const char *word, uint32_t most, uint32_t *number)
{
	uint64_t value = 0;

	if (!word || !*word || strlen(word) > 10)
		return 0;
	for (; *word; word++) {
		if (*word < '0' || *word > '9')
			return 0;
		value = value * 10 + (*word - '0');
	}
	if (value > most)
		return 0;
	*number = value;
	return 1;
}

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int decode_base64(char *word, size_t *length)
{
	size_t count = strlen(word), pads = 0;
	uint8_t *to = (uint8_t *)word;

	if (count % 4)
		return 0;
	while (pads < 2 && pads < count && word[count - 1 - pads] == '=')
		pads++;
	for (size_t at = 0; at < count; at += 4) {
		size_t known = at + 4 == count ? 4 - pads : 4;
		uint32_t four = 0;

		for (size_t i = 0; i < 4; i++) {
			int digit = i < known ? digit_of(word[at + i]) : 0;

			if (digit < 0)
				return 0;
			four = four << 6 | digit;
		}
		*to++ = four >> 16;
		if (known > 2)
			*to++ = four >> 8;
		if (known > 3)
			*to++ = four;
	}
	*length = to - (uint8_t *)word;
	return 1;
}
