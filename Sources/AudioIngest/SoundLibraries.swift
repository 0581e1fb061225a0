import CSndFile
import CSoxr

/// Versions of the linked sound libraries.
public enum SoundLibraries {
    public static var sndfile: String { String(cString: sf_version_string()) }
    public static var soxr: String { String(cString: soxr_version()) }
}
