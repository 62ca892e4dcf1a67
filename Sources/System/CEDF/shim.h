#include <edflib.h>

/* struct edf_hdr_struct holds 640 signals by value, which Swift would import as a tuple of 640: reach in from here. */
static inline struct edf_hdr_struct *edf_header_new(void) {
    return (struct edf_hdr_struct *)calloc(1, sizeof(struct edf_hdr_struct));
}
static inline const struct edf_param_struct *edf_header_signal(const struct edf_hdr_struct *header, int signal) {
    return &header->signalparam[signal];
}

/* From <sys/mman.h>, which shows it only to GNU programs. */
extern int memfd_create(const char *name, unsigned int flags);
