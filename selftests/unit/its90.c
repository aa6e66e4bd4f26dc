// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ITS-90 thermocouple functions in double precision, read from selftests/data/its90/.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "selftests/unit/its90.h"

#define DATA_FILE "selftests/data/its90/coefficients.txt"
#define TYPES 5

static int read_piece(FILE *file, struct its90_piece *pieces, int *count)
{
	struct its90_piece piece = {};

	if (*count == ITS90_PIECES_MAX ||
	    fscanf(file, "%lf %lf %d", &piece.from, &piece.to, &piece.count) != 3 ||
	    piece.count < 1 || piece.count > ITS90_COEFFICIENTS_MAX)
		return -EBADMSG;
	for (int i = 0; i < piece.count; i++)
		if (fscanf(file, "%lf", &piece.coefficient[i]) != 1)
			return -EBADMSG;
	pieces[(*count)++] = piece;
	return 0;
}

static int read_exponential(FILE *file, struct its90_type *type)
{
	double from, a0, a1, a2;

	if (fscanf(file, "%lf %lf %lf %lf", &from, &a0, &a1, &a2) != 4)
		return -EBADMSG;
	for (int i = 0; i < type->direct_count; i++) {
		struct its90_piece *piece = &type->direct[i];

		if (piece->from != from)
			continue;
		piece->a0 = a0;
		piece->a1 = a1;
		piece->a2 = a2;
		return 0;
	}
	return -EBADMSG;
}

static struct its90_type *find_type(struct its90_type *types, char letter)
{
	for (int i = 0; i < TYPES; i++)
		if (types[i].letter == letter)
			return &types[i];
	return NULL;
}

static int read_entry(FILE *file, const char *word, struct its90_type *types)
{
	struct its90_type *type;
	char letter;

	if (fscanf(file, " %c", &letter) != 1)
		return -EBADMSG;
	type = find_type(types, letter);
	if (type && !strcmp(word, "direct"))
		return read_piece(file, type->direct, &type->direct_count);
	if (type && !strcmp(word, "inverse"))
		return read_piece(file, type->inverse, &type->inverse_count);
	if (type && !strcmp(word, "exponential"))
		return read_exponential(file, type);
	return -EBADMSG;
}

static int read_types(FILE *file, struct its90_type *types)
{
	char word[16];
	int ret = 0;

	while (!ret && fscanf(file, "%15s", word) == 1) {
		if (word[0] == '#')
			ret = fscanf(file, "%*[^\n]");
		else
			ret = read_entry(file, word, types);
	}
	return ret;
}

int its90_load(char letter, struct its90_type *ret_type)
{
	struct its90_type types[TYPES] = {
		{ .letter = 'E' }, { .letter = 'J' }, { .letter = 'K' }, { .letter = 'N' },
		{ .letter = 'T' },
	};
	const struct its90_type *type = find_type(types, letter);
	FILE *file;
	int ret;

	if (!type)
		return -ENOENT;
	file = fopen(DATA_FILE, "r");
	if (!file)
		return -errno;
	ret = read_types(file, types);
	fclose(file);
	if (!ret)
		*ret_type = *type;
	return ret;
}

static double polynomial(const struct its90_piece *piece, double x)
{
	double sum = 0;

	for (int i = piece->count - 1; i >= 0; i--)
		sum = sum * x + piece->coefficient[i];
	return sum;
}

static const struct its90_piece *find_piece(const struct its90_piece *pieces, int count, double x)
{
	for (int i = 0; i < count; i++)
		if (pieces[i].from <= x && x <= pieces[i].to)
			return &pieces[i];
	return NULL;
}

double its90_emf_nv(const struct its90_type *type, double degc)
{
	const struct its90_piece *piece = find_piece(type->direct, type->direct_count, degc);

	if (!piece)
		return NAN;
	return 1e6 * (polynomial(piece, degc) +
		      piece->a0 * exp(piece->a1 * (degc - piece->a2) * (degc - piece->a2)));
}

double its90_approximate_degc(const struct its90_type *type, double nv)
{
	const struct its90_piece *piece = find_piece(type->inverse, type->inverse_count, nv / 1e6);

	return piece ? polynomial(piece, nv / 1e6) : NAN;
}
