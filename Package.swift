// swift-tools-version: 6.1
// Ordrett: recorded interviews to anonymised, coded Bokmål transcripts, offline.
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// A system C library behind a module map: Debian/Ubuntu and Homebrew names in one place.
func system(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// A module's tests, with what else they look at.
func test(_ module: String, with others: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(name: module + "Tests", dependencies: [.byName(name: module)] + others, resources: resources)
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
// scrypt, for the key register's passphrase.
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "Ordrett",
    platforms: [.macOS(.v14)],
    products: [
        .executable(name: "ordrett", targets: ["ordrett"]),
        .library(
            name: "OrdrettKit",
            targets: [
                "Signal", "ChildProcesses", "ZipFiles", "AudioIngest", "DSP", "Speech", "Transcript", "Recognition", "Alignment", "Prosody", "Redaction",
                "Bokmal", "Anonymization", "FolderAudit", "CodingStore", "CodingAnalysis", "Exchange", "CodingExchange", "Pipeline", "Stages",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        system("CSndFile", pkgConfig: "sndfile", apt: "libsndfile1-dev", brew: "libsndfile"),
        system("CFFTW", pkgConfig: "fftw3f", apt: "libfftw3-dev", brew: "fftw"),
        system("CSoxr", pkgConfig: "soxr", apt: "libsoxr-dev", brew: "libsoxr"),
        system("CEspeak", pkgConfig: "espeak-ng", apt: "libespeak-ng-dev", brew: "espeak-ng"),
        system("CZip", pkgConfig: "libzip", apt: "libzip-dev", brew: "libzip"),

        .target(name: "Signal"),
        .target(name: "ChildProcesses"),
        .target(name: "ZipFiles", dependencies: ["CZip"]),
        .target(name: "AudioIngest", dependencies: ["ChildProcesses", "CSndFile", "CSoxr", "Signal", crypto]),
        .target(name: "DSP", dependencies: ["CFFTW", "Signal"]),
        .target(name: "Speech", dependencies: ["DSP", "Signal"], resources: [.copy("Resources")]),
        .target(name: "Transcript", dependencies: ["Signal", yams], resources: [.copy("Resources")]),
        .target(
            name: "Recognition", dependencies: ["ChildProcesses", "Transcript", "Signal", "ZipFiles", crypto], resources: [.copy("Resources")]),
        .target(name: "Alignment", dependencies: ["CEspeak", "DSP", "Signal", "Transcript"]),
        .target(name: "Prosody", dependencies: ["DSP", "Signal", "Transcript"]),
        .target(name: "Redaction", dependencies: ["DSP", "Signal", "Transcript"]),
        .target(name: "Bokmal", dependencies: ["Transcript"], resources: [.copy("Resources")]),
        .target(
            name: "Anonymization", dependencies: ["Transcript", "Signal", "Bokmal", crypto, cryptoExtras, yams],
            resources: [.copy("Resources")]),
        .target(name: "FolderAudit", dependencies: ["Anonymization", "AudioIngest", "Recognition", "ZipFiles"]),
        .target(name: "CodingStore", dependencies: ["Anonymization", "Transcript", "Signal", grdb]),
        .target(name: "Exchange", dependencies: ["Anonymization", "Transcript", "Signal", "CZip", "ZipFiles", crypto]),
        .target(name: "CodingAnalysis", dependencies: ["CodingStore", "Exchange", "Anonymization", "Transcript", grdb]),
        .target(name: "CodingExchange", dependencies: ["CodingStore", "Anonymization", "Transcript", "Exchange", "CZip", "ZipFiles", grdb]),
        .target(name: "Pipeline", dependencies: [crypto, yams]),
        // The pipeline files stand at the top level, where researchers look for them; the one source
        // file beside them gives the program their bundle.
        .target(
            name: "ShippedPipelines", path: "Pipelines",
            resources: [.copy("intervju.yaml"), .copy("fokusgruppe.yaml"), .copy("studier")]),
        .target(
            name: "Stages",
            dependencies: [
                "ChildProcesses", "Signal", "AudioIngest", "DSP", "Speech", "Transcript", "Recognition", "Alignment", "Prosody", "Redaction",
                "Bokmal", "Anonymization", "FolderAudit", "CodingStore", "CodingAnalysis", "Exchange", "CodingExchange", "Pipeline", "ShippedPipelines", "CZip", "ZipFiles", crypto, yams,
            ]),
        .executableTarget(name: "ordrett", dependencies: ["Stages", "CodingAnalysis", "CodingExchange", "CodingStore", "Pipeline", "AudioIngest", "Signal", "Transcript", arguments]),

        // Gives tests a key folder of their own.
        .target(name: "CTestKeys", path: "Tests/CTestKeys"),

        test("Signal"),
        test("ChildProcesses"),
        test("ZipFiles", with: ["CZip"]),
        test("AudioIngest", with: ["Signal", "CSndFile"]),
        test("DSP", with: ["Signal"], resources: [.copy("Resources")]),
        test("Speech", with: ["DSP", "Signal"]),
        test("Transcript", with: ["Signal"]),
        test("Recognition", with: ["Transcript", "Signal"]),
        test("Alignment", with: ["Signal", "Transcript", "DSP"]),
        test("Prosody", with: ["Signal", "Transcript", "DSP", "Exchange"]),
        test("Redaction", with: ["Signal", "Transcript", "DSP", "Speech", "AudioIngest"]),
        test("Bokmal", with: ["Transcript", "Signal"], resources: [.copy("Fixtures")]),
        test("Anonymization", with: ["Transcript", "Signal", "Bokmal"], resources: [.copy("Fixtures")]),
        test("FolderAudit", with: ["Anonymization", "Transcript", "Signal"]),
        test("CodingStore", with: ["Anonymization", "Transcript", "Signal", grdb]),
        test(
            "CodingAnalysis", with: ["CodingStore", "Exchange", "Anonymization", "Transcript", "Signal", grdb], resources: [.copy("Fixtures")]),
        test("CodingExchange", with: ["CodingStore", "Anonymization", "Transcript", "Signal", "CZip", grdb]),
        test("Exchange", with: ["Recognition", "Anonymization", "Transcript", "Signal"]),
        test("Pipeline"),
        test("Stages", with: ["ChildProcesses", "CTestKeys", "Pipeline", "Anonymization", "AudioIngest", "CodingAnalysis", "CodingExchange", "CodingStore", "Exchange", "Signal", "Speech", "Transcript"]),
    ]
)
