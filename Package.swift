// swift-tools-version: 6.1
// Ordrett: recorded interviews to anonymised, coded Bokmål transcripts, offline.
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "Ordrett",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .target(name: "Signal"),
        .target(name: "Transcript", dependencies: ["Signal"]),
        .target(name: "Pipeline", dependencies: [crypto, yams]),
        .testTarget(name: "SignalTests", dependencies: ["Signal"]),
        .testTarget(name: "TranscriptTests", dependencies: ["Transcript"]),
        .testTarget(name: "PipelineTests", dependencies: ["Pipeline"]),
    ]
)
