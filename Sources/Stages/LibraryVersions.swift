import AudioIngest
import DSP

/// The C libraries the program was linked with, by their own word.
enum LibraryVersions {
    static var all: [(name: String, purpose: String, found: String)] {
        [
            ("libsndfile", "reads WAV, FLAC, MP3, Ogg and more", SoundLibraries.sndfile),
            ("libsoxr", "resamples", SoundLibraries.soxr),
            ("FFTW", "Fourier transforms", FourierLibrary.version),
        ]
    }
}
