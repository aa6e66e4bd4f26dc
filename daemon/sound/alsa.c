// SPDX-License-Identifier: GPL-2.0-or-later
/* Tones by ALSA, whose library is loaded if it is there: a console without it still has its bell. */
#include <dlfcn.h>
#include <errno.h>

#include <alsa/asoundlib.h>

#include "daemon/sound/burst.h"
#include "daemon/sound/player.h"

#define LATENCY_USEC	50000
#define TONE_MAX_MS	250

static struct {
	__typeof__(snd_pcm_open) *open;
	__typeof__(snd_pcm_set_params) *set_params;
	__typeof__(snd_pcm_prepare) *prepare;
	__typeof__(snd_pcm_writei) *writei;
	__typeof__(snd_pcm_drain) *drain;
	__typeof__(snd_lib_error_set_handler) *set_error_handler;
} alsa;

static const struct {
	const char *name;
	void **function;
} symbols[] = {
	{ "snd_pcm_open", (void **)&alsa.open },
	{ "snd_pcm_set_params", (void **)&alsa.set_params },
	{ "snd_pcm_prepare", (void **)&alsa.prepare },
	{ "snd_pcm_writei", (void **)&alsa.writei },
	{ "snd_pcm_drain", (void **)&alsa.drain },
	{ "snd_lib_error_set_handler", (void **)&alsa.set_error_handler },
};

/* That there is no sound card is told once, by cryod. */
static void be_quiet(const char *file, int line, const char *function, int error, const char *format, ...)
{
	(void)file, (void)line, (void)function, (void)error, (void)format;
}

static int load(void)
{
	void *library = dlopen("libasound.so.2", RTLD_NOW);

	if (!library)
		return -ENOENT;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		*symbols[i].function = dlsym(library, symbols[i].name);
		if (!*symbols[i].function)
			return -ENOENT;
	}
	alsa.set_error_handler(be_quiet);
	return 0;
}

static int tone(struct output *output, uint32_t ms)
{
	int16_t frames[TONE_FRAMES(TONE_MAX_MS)];
	long written;
	int r;

	if (ms > TONE_MAX_MS)
		return -EINVAL;
	tone_fill(frames, ms);
	r = alsa.prepare(output->handle);
	if (r < 0)
		return r;
	written = alsa.writei(output->handle, frames, TONE_FRAMES(ms));
	return written < 0 ? written : alsa.drain(output->handle);
}

int output_open_alsa(struct output *ret)
{
	snd_pcm_t *pcm;
	int r = load();

	if (r < 0)
		return r;
	r = alsa.open(&pcm, "default", SND_PCM_STREAM_PLAYBACK, 0);
	if (r < 0)
		return r;
	r = alsa.set_params(pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1, TONE_RATE_HZ, 1,
			    LATENCY_USEC);
	if (r < 0)
		return r;
	*ret = (struct output){ .name = "alsa", .tone = tone, .handle = pcm };
	return 0;
}
