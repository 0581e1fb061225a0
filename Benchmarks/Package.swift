// swift-tools-version: 6.1
// Timings of the hot paths. Kept out of the main package, so that no test ever asserts a time.
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

let package = Package(
    name: "OrdrettBenchmarks",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(name: "Ordrett", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .executableTarget(name: "ordrett-bench", dependencies: [.product(name: "OrdrettKit", package: "Ordrett")]),
        // A coded study of any size, and how long its analysis takes.
        .executableTarget(
            name: "coding-bench",
            dependencies: [
                .product(name: "OrdrettKit", package: "Ordrett"), .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
    ]
)
