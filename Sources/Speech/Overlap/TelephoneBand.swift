import Foundation

/// Whether a recording carries hardly any sound above the telephone band (3.4 kHz).
///
/// Overlap is not looked for there: of a lively voice over a telephone the network takes much for two voices.
struct TelephoneBand {
    /// Mel bands of the spectra that lie wholly above 4.4 kHz.
    private static let high = 27..<VoiceSpectra.bands
    /// Power above the band, relative to all of it, below which a recording is taken for a telephone's: measured, wide-band
    /// recordings lie above −28 dB and telephones below −45.
    private static let most = pow(10, -3.8)

    private var above = 0.0, all = 0.0

    /// - Parameter energies: natural log mel energies of a frame, `VoiceSpectra.bands` values.
    mutating func add(_ energies: [Float]) {
        for band in energies.indices {
            let energy = exp(Double(energies[band]))
            all += energy
            if Self.high.contains(band) { above += energy }
        }
    }

    var isTelephone: Bool { all > 0 && above < Self.most * all }
}
