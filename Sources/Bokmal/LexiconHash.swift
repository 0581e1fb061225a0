/// The hashes by which the compiled lexicon is addressed; Scripts/lexicon/common.py computes the same.
package enum LexiconHash {
    /// The 64-bit finalizer of MurmurHash3 (Appleby): every input bit moves every output bit.
    @inline(__always)
    package static func mix(_ input: UInt64) -> UInt64 {
        var value = input
        value ^= value &>> 33
        value = value &* 0xFF51_AFD7_ED55_8CCD
        value ^= value &>> 33
        value = value &* 0xC4CE_B9FE_1A85_EC53
        return value ^ (value &>> 33)
    }

    /// FNV-1a over the UTF-8 bytes, then `mix`.
    @inline(__always)
    package static func text(_ string: String) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in string.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(value)
    }

    /// The same of bytes that are UTF-8.
    @inline(__always)
    package static func bytes(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(value)
    }

    /// The hash of one context feature: template number and up to three word ids.
    @inline(__always)
    static func feature(_ template: UInt64, _ first: UInt32, _ second: UInt32 = 0, _ third: UInt32 = 0) -> UInt64 {
        let value = mix((template &<< 56 ^ UInt64(first) &<< 32 ^ UInt64(second)) &+ 0x9E37_79B9_7F4A_7C15)
        return third == 0 ? value : mix(value ^ UInt64(third))
    }
}
