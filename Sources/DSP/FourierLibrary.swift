import CFFTW

/// The linked Fourier library.
public enum FourierLibrary {
    /// A name that only says which precision it is: FFTW keeps its version in a C array that Swift cannot read.
    public static let version = "FFTW 3, single precision"
}
