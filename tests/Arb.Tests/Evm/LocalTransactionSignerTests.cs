using Arb.Domain;
using Arb.Engine;
using Arb.Evm;

namespace Arb.Tests.Evm;

public sealed class LocalTransactionSignerTests
{
    private static readonly Secp256k1Key First = Secp256k1Key.Parse(new string('1', 64));
    private static readonly Secp256k1Key Second = Secp256k1Key.Parse(new string('2', 64));
    private static readonly LocalTransactionSigner Signer = new(31337, [First, Second]);

    private static readonly UnsignedTransaction Sample =
        new(31337, Second.Address, 0, 1UL, 2UL, 21_000, First.Address, UInt256.Zero, default);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_takes_the_key_of_the_sender()
    {
        SignedTransaction signed = await Signer.SignAsync(Sample, Cancellation);
        Assert.Equal(Second.Address, Eip1559Transaction.Decode(signed.Raw).Transaction.From);
        Assert.Equal([First.Address, Second.Address], Signer.Operators);
    }

    [Fact]
    public async Task Sign_refuses_what_it_must_not_sign()
    {
        UnsignedTransaction[] wrong =
        [
            Sample with { ChainId = 1 },
            Sample with { From = Address.Zero },
            Sample with { GasLimit = UnsignedTransaction.GasLimitMax + 1 },
            Sample with { MaxPriorityFeePerGasWei = 3UL },
        ];
        foreach (UnsignedTransaction transaction in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Signer.SignAsync(transaction, Cancellation));
        }
    }

    [Fact]
    public void Keys_are_needed_and_differ()
    {
        Assert.Throws<ArgumentException>(() => new LocalTransactionSigner(1, []));
        Assert.Throws<ArgumentException>(() => new LocalTransactionSigner(1, [First, First]));
    }
}
