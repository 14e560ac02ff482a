using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using CsCheck;

namespace Arb.Tests.Evm;

/// <summary>Unless another source is named, raw transactions were made with ethers 6.17.0, <c>Wallet.signTransaction</c>.</summary>
public sealed class TransactionTests
{
    private const string Raw1559 =
        "0x02f87a827a69078459682f008506fc23ac008303d090943535353535353535353535353535353535353535880de0b6b3a76400008412345678"
        + "c001a085152cfe4d96e9d7bd619660c0e6e30b63800d93d5c151e12afffc445ac7806d"
        + "a02940ab3a57ad1e2d45b6e0f8cdad3d6b9350b5112fae4d4320459b0ae7aff083";

    private static readonly Secp256k1Key Key =
        Secp256k1Key.Parse("0x4646464646464646464646464646464646464646464646464646464646464646");

    private static readonly UnsignedTransaction Sample = new(
        31337, Key.Address, 7, 1_500_000_000UL, 30_000_000_000UL, 250_000,
        Address.Parse("0x3535353535353535353535353535353535353535"), 1_000_000_000_000_000_000UL, Hex.Parse("0x12345678"));

    [Fact]
    public void Sign_matches_ethers()
    {
        Assert.Equal(
            "0x02f7827a69078459682f008506fc23ac008303d090943535353535353535353535353535353535353535880de0b6b3a76400008412345678c0",
            Hex.Of(Eip1559Transaction.EncodeForSigning(Sample)));
        SignedTransaction signed = Eip1559Transaction.Sign(Sample, Key);
        Assert.Equal(Raw1559, Hex.Of(signed.Raw.Span));
        Assert.Equal(Hash256.Parse("0x351bd7956573f8c1fb55918e6b2890127f31f28ba99e146b6578658b926f3400"), signed.Hash);
    }

    [Fact]
    public void Sign_matches_ethers_where_numbers_are_zero() =>
        Assert.Equal(
            "0x02f86a827a6980808506fc23ac008303d0909435353535353535353535353535353535353535358080c080"
            + "a0f5c57f08a12d9625785df88cea8eb4c6c24d47d9d81ff17a386a6f0e00ce6602"
            + "a057899972d86ac89e169236775e2710e6d0dde16be236a115c9f4ea75d2e25370",
            Hex.Of(Eip1559Transaction.Sign(
                Sample with { Nonce = 0, MaxPriorityFeePerGasWei = UInt256.Zero, ValueWei = UInt256.Zero, Payload = default },
                Key).Raw.Span));

    [Fact]
    public void SignCreation_matches_ethers()
    {
        SignedTransaction signed = Eip1559Transaction.SignCreation(Sample with { Payload = Hex.Parse("0x6000") }, Key);
        Assert.Equal(
            "0x02f864827a69078459682f008506fc23ac008303d09080880de0b6b3a7640000826000c001"
            + "a0ebdee01e4b36cac7bbb0ce9fcc217e0d2bfef0e0e5569e27eda7117a71f0f0e3"
            + "a0439b3abf001f7dfeb302ad4b97256332fae34aaa588bc38f3c1bd52edc03fba9",
            Hex.Of(signed.Raw.Span));
        Assert.Null(TransactionEnvelope.Decode(signed.Raw).To);
        Assert.Throws<FormatException>(() => Eip1559Transaction.Decode(signed.Raw));
    }

    [Fact]
    public void Decode_finds_every_field_and_the_sender()
    {
        SignedTransaction decoded = Eip1559Transaction.Decode(Hex.Parse(Raw1559));
        Assert.Equal(Sample with { Payload = default }, decoded.Transaction with { Payload = default });
        Assert.Equal("0x12345678", Hex.Of(decoded.Transaction.Payload.Span));
        Assert.Equal(Hash256.Parse("0x351bd7956573f8c1fb55918e6b2890127f31f28ba99e146b6578658b926f3400"), decoded.Hash);
    }

    [Fact]
    public void Decode_accepts_an_access_list()
    {
        SignedTransaction decoded = Eip1559Transaction.Decode(Hex.Parse(
            "0x02f8b3827a69078459682f008506fc23ac008303d090943535353535353535353535353535353535353535880de0b6b3a76400008412345678"
            + "f838f7943535353535353535353535353535353535353535e1a00000000000000000000000000000000000000000000000000000000000000001"
            + "80a08091ba9271d5e7c6a011751e1a6401b7b0712a7256cf72f48d71e0b4af481302"
            + "a01faf2863e9d62135253307917eb0e523c530d655bd314e9ad8b69827fa9d553c"));
        Assert.Equal(Key.Address, decoded.Transaction.From);
        Assert.Equal(Hash256.Parse("0x9972e6f2bbf4c110d5e9de3c71029948bdc6aac65e3e8e0ebdc67b32f48d2f8c"), decoded.Hash);
    }

    // The example of EIP-155.
    [Fact]
    public void Envelope_decodes_the_example_of_EIP_155()
    {
        TransactionEnvelope decoded = TransactionEnvelope.Decode(Hex.Parse(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080"
            + "25a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"));
        Assert.Equal((TransactionType.Legacy, (ulong?)1, 9UL, 21_000UL), (decoded.Type, decoded.ChainId, decoded.Nonce, decoded.GasLimit));
        Assert.Equal(Address.Parse("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"), decoded.From);
        Assert.Equal((UInt256)20_000_000_000UL, decoded.MaxFeePerGasWei);
        Assert.Equal((UInt256)20_000_000_000UL, decoded.MaxPriorityFeePerGasWei);
        Assert.Equal((UInt256)1_000_000_000_000_000_000UL, decoded.ValueWei);
    }

    [Fact]
    public void Envelope_decodes_a_legacy_transaction_without_chain_id()
    {
        TransactionEnvelope decoded = TransactionEnvelope.Decode(Hex.Parse(
            "0xf85f010582520894353535353535353535353535353535353535353501801c"
            + "a07f65038b00fc9fd13c5f4aaeaa01ca4caa1d1e64cfb72f7c066129c012619a93"
            + "a06fef887264875fec48fb9917d03013871c5f52befe9c8a003a1cb615711c8938"));
        Assert.Null(decoded.ChainId);
        Assert.Equal(Key.Address, decoded.From);
        Assert.Equal(Hash256.Parse("0xef194f08f892bee8494ce92213606ace5d8a7f7939a14fb23136382a108a38e9"), decoded.Hash);
    }

    [Fact]
    public void Envelope_decodes_an_access_list_transaction()
    {
        TransactionEnvelope decoded = TransactionEnvelope.Decode(Hex.Parse(
            "0x01f8610101058252089435353535353535353535353535353535353535350180c080"
            + "a09a5fc967ef0d6d1dde6bc0fbd0a413a054c91584856bcf891faa3cc20abb39aa"
            + "a032c0aa82e9c72866df7228b85d6bbed35eaf6a824aa00eafc74292dec3a4019d"));
        Assert.Equal(TransactionType.AccessList, decoded.Type);
        Assert.Equal(Key.Address, decoded.From);
        Assert.Equal(Hash256.Parse("0xccd205f422ea389e885263ab3eaaa23211b7f2fc96f9a12b71a9cb0c6a80ecc5"), decoded.Hash);
    }

    [Fact]
    public void Decode_reads_back_whatever_was_signed() =>
        Gen.Select(Gen.ULong, Gen.UInt, Gen.UInt, Gen.ULong, Gen.Byte.Array[20], Gen.ULong, Gen.Byte.Array[0, 300]).Sample(
            (nonce, tip, above, gas, to, value, payload) =>
            {
                UnsignedTransaction sent = new(
                    1, Key.Address, nonce, (ulong)tip, (UInt256)tip + (ulong)above, gas, new Address(to), value, payload);
                SignedTransaction signed = Eip1559Transaction.Sign(sent, Key);
                SignedTransaction decoded = Eip1559Transaction.Decode(signed.Raw);
                return decoded.Hash == signed.Hash
                    && decoded.Transaction.Payload.Span.SequenceEqual(payload)
                    && decoded.Transaction with { Payload = default } == sent with { Payload = default };
            },
            iter: 50);

    [Fact]
    public void EncodeSigned_takes_a_signature_made_elsewhere()
    {
        EcdsaSignature signature = Key.Sign(Keccak.Hash256(Eip1559Transaction.EncodeForSigning(Sample)));
        Assert.Equal(Raw1559, Hex.Of(Eip1559Transaction.EncodeSigned(Sample, signature).Raw.Span));
    }

    [Fact]
    public void EncodeSigned_refuses_a_signature_by_another_key()
    {
        Secp256k1Key other = Secp256k1Key.Parse(new string('1', 64));
        EcdsaSignature signature = other.Sign(Keccak.Hash256(Eip1559Transaction.EncodeForSigning(Sample)));
        Assert.Throws<FormatException>(() => Eip1559Transaction.EncodeSigned(Sample, signature));
        Assert.Throws<ArgumentException>(() => Eip1559Transaction.Sign(Sample, other));
    }

    [Fact]
    public void Decode_refuses_the_twin_with_a_high_s()
    {
        SignedTransaction signed = Eip1559Transaction.Sign(Sample, Key);
        byte[] raw = signed.Raw.ToArray();
        UInt256 order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        (order - UInt256.FromBigEndian(raw.AsSpan(^32))).WriteBigEndian(raw.AsSpan(^32));
        raw[^67] = (byte)(raw[^67] == 0x80 ? 1 : 0x80);
        Assert.Contains("EIP-2", Assert.Throws<FormatException>(() => Eip1559Transaction.Decode(raw)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x03c0")]
    [InlineData("0x02c0")]
    [InlineData("0xc0")]
    [InlineData("0x7f")]
    [InlineData(Raw1559 + "00")]
    public void Decode_refuses_what_is_no_transaction(string raw) =>
        Assert.Throws<FormatException>(() => Eip1559Transaction.Decode(Hex.Parse(raw)));

    // The example in go-ethereum's crypto tests and ethers 6.17.0, getCreateAddress.
    [Theory]
    [InlineData(0, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d")]
    [InlineData(300, "0x47bbbb5fe97aa84c3fa30dafbb067284d250c24c")]
    public void Contract_address_follows_from_sender_and_nonce(ulong nonce, string expected) =>
        Assert.Equal(
            Address.Parse(expected),
            ContractAddress.OfCreation(Address.Parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), nonce));
}
