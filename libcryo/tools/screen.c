// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The full-screen view of a probe with ncurses. It is laid out for 80 x 24 characters: a larger
 * terminal has room left, on a smaller one what does not fit is cut. Colour only repeats what
 * position, words and bold or reverse video say.
 */
#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "big.h"
#include "screen.h"

#define COLUMN_NUMBERS	44		/* what stands beside the large temperature */
#define COLUMN_BALL	58
#define ROW_TITLE	2
#define ROW_TIP		3
#define ROW_PLOT	9
#define ROW_PROMPT	20
#define ROW_NOTE	21
#define SLOW_BAUD	19200
#define KEYS		" p pause r resume c confirm e end + repeat k seen s silence a ABORT q quit "

enum { COLOUR_HIGH = 1, COLOUR_MEDIUM, COLOUR_ICE };

static SCREEN *screen;

static bool can_place_the_cursor(void)
{
	const char *sequence = tigetstr("cup");

	return sequence && sequence != (const char *)-1;
}

static void begin_colours(void)
{
	if (getenv("NO_COLOR") || !has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(COLOUR_HIGH, COLOR_WHITE, COLOR_RED);
	init_pair(COLOUR_MEDIUM, COLOR_BLACK, COLOR_YELLOW);
	init_pair(COLOUR_ICE, COLOR_CYAN, -1);
}

bool screen_begin(void)
{
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return false;
	if (!can_place_the_cursor()) {
		screen_end();
		return false;
	}
	begin_colours();
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
	return true;
}

void screen_end(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

bool screen_is_slow(void)
{
	return screen && baudrate() <= SLOW_BAUD;
}

/* A colour, or where there is none what stands for it. */
static chtype attribute(int colour, chtype otherwise)
{
	return has_colors() && !getenv("NO_COLOR") ? COLOR_PAIR(colour) | A_BOLD : otherwise;
}

/* Bytes of the first @characters; UTF-8's continuation bytes belong to theirs. */
static int bytes_of(const char *text, int characters)
{
	int n = 0;

	for (; text[n]; n++)
		if ((text[n] & 0xc0) != 0x80 && characters-- <= 0)
			break;
	return n;
}

/* What does not fit into the row is cut. */
static void put(int row, int column, chtype attributes, const char *text)
{
	attrset(attributes);
	mvaddnstr(row, column, text, bytes_of(text, COLS - column));
	attrset(A_NORMAL);
}

/* A whole row in @attributes, so that it is seen as a bar. */
static void put_bar(int row, chtype attributes, const char *text)
{
	mvhline(row, 0, ' ' | attributes, COLS);
	put(row, 1, attributes, text);
}

static void draw_alarms(const struct view *view)
{
	char more[TEXT_MAX];

	if (view->alarms == 0)
		put(0, 1, A_NORMAL, "no alarms");
	for (size_t i = 0; i < view->alarms && i < VIEW_ALARMS; i++) {
		bool high = !strncmp(view->alarm[i], "high", 4);

		put_bar(i, attribute(high ? COLOUR_HIGH : COLOUR_MEDIUM, high ? A_REVERSE | A_BOLD : A_REVERSE),
			view->alarm[i]);
	}
	if (view->alarms > VIEW_ALARMS) {
		snprintf(more, sizeof(more), "and %zu more", view->alarms - VIEW_ALARMS);
		put(1, COLS - (int)strlen(more) - 1, A_REVERSE, more);
	}
}

static void draw_silence(const struct view *view)
{
	char text[TEXT_MAX];

	if (!view->audio_paused_s)
		return;
	snprintf(text, sizeof(text), "sound paused for %u s", view->audio_paused_s);
	put(ROW_TITLE, COLS - (int)strlen(text) - 1, A_REVERSE, text);
}

static void draw_tip(const struct view *view)
{
	char number[TEXT_MAX] = "--", line[BIG_ROW_MAX];
	int32_t mdegc = view->frame.tip_mdegc;

	if (mdegc != CRYO_NOT_VALID)
		snprintf(number, sizeof(number), "%+.1f", mdegc / 1000.0);
	for (int row = 0; row < BIG_ROWS; row++) {
		big_row(number, row, view->utf8, line);
		put(ROW_TIP + row, 2, A_BOLD, line);
	}
	put(ROW_TIP + BIG_ROWS - 1, 38, A_NORMAL, view->utf8 ? "°C" : "degC");
}

static void put_number(int line, const char *label, chtype attributes, const char *value)
{
	put(ROW_TIP + line, COLUMN_NUMBERS, A_NORMAL, label);
	put(ROW_TIP + line, COLUMN_NUMBERS + 8, attributes, value);
}

static void draw_numbers(const struct view *view)
{
	const struct cryo_frame *f = &view->frame;
	char text[TEXT_MAX], line[VIEW_LINE_MAX], cells[3 * VIEW_BAR_CELLS + 1];

	put_number(0, "target", A_NORMAL, text_temperature(text, f->target_mdegc, view->utf8));
	put_number(1, "phase", A_BOLD, view_phase(view, text));
	snprintf(line, sizeof(line), "%u/%u   site %u/%u", f->cycle, f->cycles, view->site, view->sites);
	put_number(2, "cycle", A_NORMAL, line);
	put_number(3, "left", A_BOLD, text_left(text, f->phase_left_ms));
	snprintf(line, sizeof(line), "%s %s", view_bar(view, cells), text_share(text, f->flow_permille));
	put_number(4, "flow", A_NORMAL, line);
}

/* How long -20 degC has been at the nerve that the protocol names. */
static void draw_nerve(const struct view *view)
{
	const struct cryo_frame *f = &view->frame;
	char text[TEXT_MAX], line[VIEW_LINE_MAX];

	if (!f->isotherm_distance_um)
		return;
	snprintf(line, sizeof(line), "%s %u/%u s%s", text_length(text, f->isotherm_distance_um),
		 f->isotherm_held_ms / 1000, view->isotherm_time_ms / 1000,
		 f->adequate ? " reached" : "");
	put_number(5, "nerve", f->adequate ? A_BOLD : A_NORMAL, line);
}

static void draw_plot(const struct view *view)
{
	char row[PLOT_ROW_MAX];

	for (int i = 0; i < PLOT_ROWS; i++) {
		plot_row(&view->plot, i, view->utf8, row);
		put(ROW_PLOT + i, 0, A_NORMAL, row);
	}
	snprintf(row, sizeof(row), "%7s%s 2 minutes", "", view->utf8 ? "└" : "+");
	put(ROW_PLOT + PLOT_ROWS, 0, A_NORMAL, row);
}

static void draw_ball(const struct view *view)
{
	const struct ball ball = {
		view->frame.ice_radius_um, view->frame.isotherm_radius_um, view->boundary_um,
	};
	char ice[TEXT_MAX], more[TEXT_MAX], line[VIEW_LINE_MAX];

	for (int i = 0; i < BALL_ROWS; i++) {
		ball_row(&ball, i, view->utf8, line);
		put(ROW_PLOT + i, COLUMN_BALL, attribute(COLOUR_ICE, A_NORMAL), line);
	}
	snprintf(line, sizeof(line), "ice %s  -20 %s", text_length(ice, ball.ice_um),
		 text_length(more, ball.isotherm_um));
	put(ROW_PLOT + BALL_ROWS, COLUMN_BALL, A_NORMAL, line);
	if (!ball.boundary_um)
		return;
	snprintf(line, sizeof(line), "of %s%s%s", text_length(ice, ball.boundary_um),
		 view->boundary_in_ms ? " in " : "",
		 view->boundary_in_ms ? text_left(more, view->boundary_in_ms) : "");
	put(ROW_PLOT + BALL_ROWS + 1, COLUMN_BALL, A_NORMAL, line);
}

static void draw_words(const struct view *view)
{
	char line[VIEW_LINE_MAX];

	if (*view->prompt) {
		snprintf(line, sizeof(line), "> %s%s", view->prompt, view->confirm ? " (c)" : "");
		put(ROW_PROMPT, 1, A_BOLD, line);
	}
	put(ROW_NOTE, 1, A_NORMAL, view->note);
	line[0] = 0;
	if (view->silent)
		snprintf(line, sizeof(line), "no samples come");
	else if (view->lost)
		snprintf(line, sizeof(line), "%llu samples lost: this terminal is too slow",
			 (unsigned long long)view->lost);
	put(ROW_NOTE + 1, 1, view->silent ? A_REVERSE : A_NORMAL, line);
}

void screen_draw(const struct view *view)
{
	erase();
	draw_alarms(view);
	put(ROW_TITLE, 1, A_NORMAL, view->title);
	draw_silence(view);
	draw_tip(view);
	draw_numbers(view);
	draw_nerve(view);
	draw_plot(view);
	draw_ball(view);
	draw_words(view);
	put(LINES - 1, 0, A_REVERSE, KEYS);
	refresh();
}

int screen_key(void)
{
	int key = screen ? getch() : ERR;

	return key == ERR ? SCREEN_NO_KEY : key;
}
