using Arb.Domain;
using Arb.Engine;
using Arb.Evm;
using ArbFunctions.Platform;
using CsCheck;

namespace ArbFunctions.AzureMode;

/// <summary>Nethereum's encoding and signatures against our own, bit by bit.</summary>
public sealed class NethereumTransactionSignerTests
{
    private const ulong ChainId = 31337;

    private static readonly Gen<string> KeyTexts =
        Gen.Byte.Array[32].Where(b => b[0] != 0xff && b.AsSpan(16).ContainsAnyExcept((byte)0)).Select(b => "0x" + Convert.ToHexStringLower(b));

    // Short numbers are common: leading zeros are where encodings differ.
    private static readonly Gen<UInt256> Amounts =
        Gen.Select(Gen.Byte.Array[32], Gen.Int[0, 32], (b, length) => UInt256.FromBigEndian(b.AsSpan(0, length)));

    private static readonly Gen<ulong> Numbers = Gen.Select(Gen.ULong, Gen.Int[0, 64], (n, shift) => shift == 64 ? 0 : n >> shift);

    private static readonly Gen<UnsignedTransaction> Transactions = Gen.Select(
        Numbers, Amounts, Amounts, Gen.ULong[0, UnsignedTransaction.GasLimitMax], Gen.Byte.Array[20], Amounts, Gen.Byte.Array[0, 300],
        (nonce, one, other, gas, to, value, payload) => new UnsignedTransaction(
            ChainId, Address.Zero, nonce, one < other ? one : other, one < other ? other : one, gas, new Address(to), value, payload));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Unsigned_payloads_are_identical() =>
        Transactions.Sample(t =>
            NethereumTransactionSigner.Draft(t).GetRLPEncodedRaw().AsSpan().SequenceEqual(Eip1559Transaction.EncodeForSigning(t)));

    [Fact]
    public void Signed_transactions_are_identical() =>
        Gen.Select(KeyTexts, Transactions).Sample(
            (text, transaction) =>
            {
                Secp256k1Key key = Secp256k1Key.Parse(text);
                UnsignedTransaction asked = transaction with { From = key.Address };
                SignedTransaction ours = new LocalTransactionSigner(ChainId, [key]).SignAsync(asked, CancellationToken.None).Result;
                SignedTransaction theirs = new NethereumTransactionSigner(ChainId, [text]).SignAsync(asked, CancellationToken.None).Result;
                return ours.Hash == theirs.Hash && ours.Raw.Span.SequenceEqual(theirs.Raw.Span) && ours.Transaction == theirs.Transaction;
            },
            iter: 200);

    [Fact]
    public async Task What_must_not_be_signed_is_refused()
    {
        Secp256k1Key key = Secp256k1Key.Parse(new string('1', 64));
        NethereumTransactionSigner signer = new(ChainId, [new string('1', 64), new string('2', 64)]);
        UnsignedTransaction fine = new(ChainId, key.Address, 0, 1UL, 2UL, 21_000, key.Address, UInt256.Zero, default);
        await signer.SignAsync(fine, Cancellation);
        Assert.Equal([key.Address, Secp256k1Key.Parse(new string('2', 64)).Address], signer.Operators);
        UnsignedTransaction[] wrong =
        [
            fine with { ChainId = 1 },
            fine with { From = Address.Zero },
            fine with { GasLimit = UnsignedTransaction.GasLimitMax + 1 },
            fine with { MaxPriorityFeePerGasWei = 3UL },
        ];
        foreach (UnsignedTransaction transaction in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => signer.SignAsync(transaction, Cancellation));
        }
    }

    [Fact]
    public void Keys_are_needed_valid_and_differ()
    {
        string key = new('1', 64);
        Assert.Throws<ArgumentException>(() => new NethereumTransactionSigner(1, []));
        Assert.Throws<ArgumentException>(() => new NethereumTransactionSigner(1, [key, "0x" + key]));
        FormatException short1 = Assert.Throws<FormatException>(() => new NethereumTransactionSigner(1, ["0x1234"]));
        Assert.DoesNotContain("1234", short1.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => new NethereumTransactionSigner(1, [new string('0', 64)]));
    }
}
