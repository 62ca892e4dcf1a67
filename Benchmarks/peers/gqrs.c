/* gqrs, the QRS detector of WFDB (George B. Moody), as its port in wfdb-python 4.3.1 has it (wfdb/processing/qrs.py, MIT
   License, (c) wfdb-python developers): the same steps on the same whole numbers, so that it finds the same peaks, in
   the time that a compiled gqrs takes. `gqrs.py` builds it; `gqrs.py --check` compares it with the port.

   gqrs(x, length, rate, gain, zero, found): writes the sample numbers of the beats of x[0..length) in adc units; how many.
*/
#include <stdint.h>
#include <stdlib.h>

enum { buffer = 32768, peak_count = 64 };
enum state { learning, running, cleanup };

typedef struct peak {
    int64_t time, amp;
    int type;
    struct peak *next, *prev;
} peak;

typedef struct {
    const int32_t *x;
    int64_t length, zero;
    int64_t sps, rrmean, rrdev, rrmin, rrmax, rrinc, dt, rtmin, rtmean, rtmax, pthr, qthr, pthmin, qthmin;
    int64_t smt, v1, v1norm, t, countdown, annotated;
    int64_t qfv[buffer], smv[buffer];
    peak peaks[peak_count], *current;
    enum state state;
    int sample_valid;
    int64_t *found, count;
} detector;

static int64_t at(detector *d, int64_t t) {
    d->sample_valid = t < d->length;
    return d->x[t < 0 ? 0 : t < d->length ? t : d->length - 1];
}

static int64_t *smv(detector *d, int64_t t) { return &d->smv[t & (buffer - 1)]; }
static int64_t *qfv(detector *d, int64_t t) { return &d->qfv[t & (buffer - 1)]; }

/* Trapezoidal low-pass. */
static int64_t sm(detector *d, int64_t t) {
    int64_t dt = d->dt;
    while (t > d->smt) {
        int64_t s = ++d->smt;
        if (s > dt) {
            int64_t sum = *smv(d, s - 1) + at(d, s + dt) + at(d, s + dt - 1) - at(d, s - dt);
            *smv(d, s) = sum - at(d, s - dt - 1);
        } else {
            int64_t v = at(d, s);
            for (int64_t j = 1; j < dt; j++) v += at(d, s + j) + at(d, s - j);
            *smv(d, s) = 2 * v + at(d, s + dt) + at(d, s - dt) - d->zero * 4 * dt;
        }
    }
    return *smv(d, t);
}

/* Matched filter. */
static void qf(detector *d) {
    int64_t t = d->t, dt = d->dt;
    int64_t dv2 = sm(d, t + 4 * dt) - *smv(d, t - 4 * dt);
    int64_t dv1 = *smv(d, t + dt) - *smv(d, t - dt);
    int64_t dv = 2 * dv1 - (*smv(d, t + 2 * dt) - *smv(d, t - 2 * dt));
    dv = 2 * dv + dv1 - (*smv(d, t + 3 * dt) - *smv(d, t - 3 * dt));
    d->v1 += 2 * dv + dv2;
    int64_t v0 = d->v1 / d->v1norm;
    *qfv(d, t) = v0 * v0;
}

static int peak_type(detector *d, peak *p) {
    if (p->type) return p->type;
    int64_t from = p->time - d->rrmin, to = p->time + d->rrmin;
    if (from < 0) from = 0;
    for (peak *q = p->prev; from < q->time && q->time < q->next->time && q->amp; q = q->prev)
        if (p->amp < q->amp && peak_type(d, q) == 1) return p->type = 2;
    for (peak *q = p->next; q->time < to && q->time > q->prev->time && q->amp; q = q->next)
        if (p->amp < q->amp && peak_type(d, q) == 1) return p->type = 2;
    return p->type = 1;
}

/* The peak between a beat and another that makes the RR intervals most alike. */
static peak *find_missing(detector *d, peak *r, peak *p) {
    if (!r || !p) return NULL;
    int64_t least = p->time - r->time;
    peak *best = NULL;
    for (peak *q = r->next; q->time < p->time; q = q->next) {
        if (peak_type(d, q) != 1) continue;
        int64_t error = llabs(q->time - r->time - d->rrmean);
        if (error < least) {
            least = error;
            best = q;
        }
    }
    return best;
}

/* Marks the T wave of the beat p, so that it is not taken for one. */
static void find_t_wave(detector *d, peak *p) {
    peak *wave = NULL;
    int64_t least = d->rtmean, lag = 2 * d->dt;
    for (peak *q = p->next; q->time > d->annotated; q = q->next) {
        int64_t rt = q->time - d->annotated - lag;
        if (rt < d->rtmin) continue;
        if (rt > d->rtmax) break;
        int64_t off = llabs(rt - d->rtmean);
        if (off < least) {
            least = off;
            wave = q;
        }
    }
    if (!wave) return;
    d->rtmean += (wave->time - lag - d->annotated - d->rtmean) >> 4;
    if (d->rtmean > d->rtmax) d->rtmean = d->rtmax;
    else if (d->rtmean < d->rtmin) d->rtmean = d->rrmin; /* as it is there */
    wave->type = 2;
}

static void accept(detector *d, peak *p, int64_t rr) {
    int64_t rrd = llabs(rr - d->rrmean);
    d->rrdev += (rrd - d->rrdev) >> 3;
    if (rrd > d->rrinc) rrd = d->rrinc;
    d->rrmean += rr > d->rrmean ? rrd : -rrd;
    if (p->amp > d->qthr * 4) d->qthr++;
    else if (p->amp < d->qthr) d->qthr--;
    if (d->qthr > d->pthr * 20) d->qthr = d->pthr * 20;
    if (d->state == running) {
        d->found[d->count++] = p->time - 2 * d->dt;
        d->annotated = p->time;
    }
    find_t_wave(d, p);
}

static void run(detector *d, int64_t from, int64_t to) {
    int64_t last_peak = from, last_qrs = from;
    peak *r = NULL;
    for (; d->t <= to + d->sps; d->t++) {
        if (d->countdown >= 0) {
            if (--d->countdown < 0) break;
        } else if (d->sample_valid) {
            qf(d);
        } else {
            d->countdown = d->sps;
            d->state = cleanup;
        }
        int64_t t = d->t, q0 = *qfv(d, t), q1 = *qfv(d, t - 1), q2 = *qfv(d, t - 2);
        if (q1 > d->pthr && q2 < q1 && q1 >= q0 && t > 4 * d->dt) {
            d->current = d->current->next;
            d->current->time = last_peak = t - 1;
            d->current->amp = q1;
            d->current->type = 0;
            d->current->next->amp = 0;
            for (peak *p = d->current->next; p->time < t - d->rtmax; p = p->next) {
                if (p->time < d->annotated + d->rrmin || peak_type(d, p) != 1) continue;
                if (p->amp > d->qthr) {
                    int64_t rr = p->time - d->annotated;
                    peak *q = find_missing(d, r, p);
                    if (rr > d->rrmean + 2 * d->rrdev && rr > 2 * (d->rrmean - d->rrdev) && q) {
                        p = q;
                        rr = p->time - d->annotated;
                    }
                    last_qrs = p->time;
                    accept(d, p, rr);
                    r = p;
                } else if (t - last_qrs > d->rrmax && d->qthr > d->qthmin) {
                    d->qthr -= d->qthr >> 4;
                }
            }
        } else if (t - last_peak > d->rrmax && d->pthr > d->pthmin) {
            d->pthr -= d->pthr >> 4;
        }
    }
    if (d->state == learning) return;
    for (peak *p = d->current->next; p->time < p->next->time; p = p->next)
        if (p->time >= d->annotated + d->rrmin && p->time < d->length - 1 && peak_type(d, p) == 1)
            d->found[d->count++] = d->annotated = p->time;
}

int64_t gqrs(const int32_t *x, int64_t length, double rate, double gain, int64_t zero, int64_t *found) {
    detector *d = calloc(1, sizeof *d);
    if (!d || length < 1) return 0;
    d->x = x;
    d->length = length;
    d->zero = zero;
    d->found = found;
    d->sps = (int64_t)rate;
    d->rrmean = (int64_t)(60.0 / 75 * d->sps);
    d->rrdev = (int64_t)(0.2 * d->sps);
    d->rrmin = (int64_t)(0.28 * d->sps);
    d->rrmax = (int64_t)(2.4 * d->sps);
    d->rrinc = d->rrmean / 40 < 1 ? 1 : d->rrmean / 40;
    d->dt = (int64_t)(0.07 * d->sps / 4);
    d->rtmin = (int64_t)(0.25 * d->sps);
    d->rtmean = (int64_t)(0.75 * 0.35 * d->sps);
    d->rtmax = (int64_t)(0.33 * d->sps);
    double dv = gain * 130 * 0.001;
    d->pthr = (int64_t)(dv * dv / 6);
    d->qthr = d->pthr << 1;
    d->pthmin = d->pthr >> 2;
    d->qthmin = (d->pthmin << 2) / 3;
    d->v1norm = d->dt * d->dt * 64;
    for (int i = 0; i < peak_count; i++) {
        d->peaks[i].next = &d->peaks[(i + 1) % peak_count];
        d->peaks[i].prev = &d->peaks[(i + peak_count - 1) % peak_count];
    }
    d->current = d->peaks;
    int64_t minute = (int64_t)(60 * rate), last = length - 1, most = minute > buffer ? buffer : minute;
    d->t = -4 * d->dt;
    d->countdown = -1;
    d->state = learning;
    run(d, 0, (last > most ? most : last) - 4 * d->dt);
    d->countdown = -1;
    at(d, d->t);
    d->annotated = 0;
    for (int i = 0; i < peak_count; i++) d->peaks[i].time = d->peaks[i].amp = d->peaks[i].type = 0;
    d->state = running;
    d->t = -4 * d->dt;
    run(d, 0, last);
    int64_t count = d->count;
    free(d);
    return count;
}
