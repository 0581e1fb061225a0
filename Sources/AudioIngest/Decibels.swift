import Foundation

/// Power ratio to decibels, between −120 and 300 so that results can be written as JSON.
func decibels(_ power: Double) -> Double { power > 1e-12 ? 10 * log10(min(power, 1e30)) : -120 }

/// Decibels to a power ratio.
func decibelPower(_ level: Double) -> Double { pow(10, level / 10) }
