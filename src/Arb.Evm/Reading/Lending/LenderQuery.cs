using Arb.Domain;
using Arb.Engine;

namespace Arb.Evm;

/// <summary>What one lender is asked about one token, and what its answers mean.</summary>
/// <param name="Calls">Reads, all at one block.</param>
/// <param name="Read">
/// Terms from the answers, one for each call; null when it does not lend that token at all. Throws <see cref="FormatException"/> with the
/// reason when an answer is not what such a lender gives.
/// </param>
internal sealed record LenderQuery(ContractCall[] Calls, Func<ContractReply[], FlashLoanTerms?> Read)
{
    private static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");

    /// <summary>A kind of lender that keeps all it has in its own balance and takes no premium (Morpho Blue, Uniswap V4).</summary>
    public static LenderQuery OfBalance(LenderOptions lender, Address token) => new(
        [Balance(token, lender.Contract)],
        replies => Terms(lender, token, Word(replies[0], "balanceOf(lender) of the token")));

    /// <summary>Balancer V2's vault (FlashLoans.flashLoan): the premium is set in its fee collector, and a paused vault lends nothing.</summary>
    public static LenderQuery OfBalancerV2(LenderOptions lender, Address token, Address feesCollector) => new(
        [
            Balance(token, lender.Contract),
            new ContractCall(feesCollector, AbiWriter.Call("getFlashLoanFeePercentage()").ToArray()),
            new ContractCall(lender.Contract, AbiWriter.Call("getPausedState()").ToArray()),
        ],
        replies => Terms(
            lender,
            token,
            Words(replies[2], 3, "getPausedState() of the Vault")[0].IsZero ? Word(replies[0], "balanceOf(Vault) of the token") : UInt256.Zero,
            Word(replies[1], "getFlashLoanFeePercentage() of the Vault's fee collector")));

    /// <summary>Balancer V3's vault keeps its own account of what it holds (VaultExtension.getReservesOf).</summary>
    public static LenderQuery OfBalancerV3(LenderOptions lender, Address token) => new(
        [
            new ContractCall(lender.Contract, AbiWriter.Call("getReservesOf(address)").Address(token).ToArray()),
            new ContractCall(lender.Contract, AbiWriter.Call("isVaultPaused()").ToArray()),
        ],
        replies => Terms(
            lender,
            token,
            Word(replies[1], "isVaultPaused() of the Vault").IsZero ? Word(replies[0], "getReservesOf(token) of the Vault") : UInt256.Zero));

    /// <summary>A Uniswap V3 pool (UniswapV3Pool.flash).</summary>
    public static LenderQuery OfV3Pool(LenderOptions lender, Address token) => new(
        [.. Tokens(lender.Contract), new ContractCall(lender.Contract, AbiWriter.Call("fee()").ToArray()), Balance(token, lender.Contract)],
        replies =>
        {
            if (!Trades(replies, token))
            {
                return null;
            }

            FeePips fee = new((int)(ulong)Word(replies[2], "fee() of the pool", bitsMax: 19));
            return Terms(lender, token, Word(replies[3], "balanceOf(pool) of the token"), FlashLoanTerms.PremiumOfV3Flash(fee)) with
            {
                PoolFee = fee,
                IsToken0 = TokenOf(replies[0], "token0()") == token,
            };
        });

    /// <summary>A Uniswap V2 pair: it lends less than all it has.</summary>
    public static LenderQuery OfV2Pair(LenderOptions lender, Address token) => new(
        [.. Tokens(lender.Contract), new ContractCall(lender.Contract, AbiWriter.Call("getReserves()").ToArray())],
        replies =>
        {
            if (!Trades(replies, token))
            {
                return null;
            }

            UInt256[] reserves = Words(replies[2], 3, "getReserves() of the pair");
            bool isToken0 = TokenOf(replies[0], "token0()") == token;
            UInt256 reserve = reserves[isToken0 ? 0 : 1];
            return Terms(
                lender, token, reserve.IsZero ? reserve : reserve - UInt256.One, FlashLoanTerms.PremiumOfV2Swap(lender.PairFee)) with
            {
                PoolFee = lender.PairFee,
                IsToken0 = isToken0,
            };
        });

    /// <summary>
    /// Aave V3's pool: the aToken holds what can be lent, and the reserve must be active, not paused and open to flash loans
    /// (ReserveConfiguration: bits 56, 60 and 63; ValidationLogic.validateFlashloanSimple).
    /// </summary>
    public static LenderQuery OfAaveV3(LenderOptions lender, Address token, Address aToken) => new(
        [
            Balance(token, aToken),
            new ContractCall(lender.Contract, AbiWriter.Call("FLASHLOAN_PREMIUM_TOTAL()").ToArray()),
            new ContractCall(lender.Contract, AbiWriter.Call("getConfiguration(address)").Address(token).ToArray()),
        ],
        replies =>
        {
            const int Active = 56;
            const int Paused = 60;
            const int FlashLoans = 63;
            UInt256 configuration = Word(replies[2], "getConfiguration(token) of the pool");
            bool open = Bit(configuration, Active) && !Bit(configuration, Paused) && Bit(configuration, FlashLoans);
            UInt256 basisPoints = Word(replies[1], "FLASHLOAN_PREMIUM_TOTAL() of the pool", bitsMax: 14);
            return Terms(
                lender,
                token,
                open ? Word(replies[0], "balanceOf(aToken) of the token") : UInt256.Zero,
                FlashLoanTerms.Whole * basisPoints / (ulong)Breakers.WholeBasisPoints);
        });

    /// <summary>ERC-3156: the fee is asked for 10^18 raw units and taken to be proportional.</summary>
    public static LenderQuery OfErc3156(LenderOptions lender, Address token) => new(
        [
            new ContractCall(lender.Contract, AbiWriter.Call("maxFlashLoan(address)").Address(token).ToArray()),
            new ContractCall(
                lender.Contract, AbiWriter.Call("flashFee(address,uint256)").Address(token).Number(FlashLoanTerms.Whole).ToArray()),
        ],
        replies =>
        {
            // A token that it does not lend has a maximum of 0, and asking for its fee reverts.
            UInt256 most = Word(replies[0], "maxFlashLoan(token) of the lender");
            return most.IsZero ? null : Terms(lender, token, most, Word(replies[1], "flashFee(token, 10^18) of the lender"));
        });

    /// <summary>The one word a call returned.</summary>
    public static UInt256 Word(ContractReply reply, string what, int bitsMax = 256)
    {
        UInt256 word = Words(reply, 1, what)[0];
        return word.BitLength <= bitsMax ? word : throw new FormatException($"{what} is {word}, more than it can be");
    }

    private static UInt256[] Words(ContractReply reply, int count, string what)
    {
        if (!reply.Succeeded)
        {
            throw new FormatException($"{what} reverted: {RevertReasons.Decode(reply.Data)}");
        }

        if (reply.Data.Length != count * UInt256.Size)
        {
            throw new FormatException($"{what} returned {reply.Data.Length} bytes instead of {count * UInt256.Size}");
        }

        UInt256[] words = new UInt256[count];
        for (int i = 0; i < count; i++)
        {
            words[i] = UInt256.FromBigEndian(reply.Data.AsSpan(i * UInt256.Size, UInt256.Size));
        }

        return words;
    }

    private static FlashLoanTerms Terms(LenderOptions lender, Address token, UInt256 available, UInt256 premiumX18 = default) =>
        new(token, available, premiumX18) { Lender = lender.Lender, Contract = lender.Contract, Gas = GasModel.OfLender(lender.Lender) };

    private static ContractCall Balance(Address token, Address holder) =>
        new(token, AbiWriter.Call(BalanceOf).Address(holder).ToArray());

    private static ContractCall[] Tokens(Address pool) =>
    [
        new ContractCall(pool, AbiWriter.Call("token0()").ToArray()),
        new ContractCall(pool, AbiWriter.Call("token1()").ToArray()),
    ];

    private static bool Trades(ContractReply[] replies, Address token) =>
        TokenOf(replies[0], "token0()") == token || TokenOf(replies[1], "token1()") == token;

    private static Address TokenOf(ContractReply reply, string what)
    {
        Word(reply, what);
        return new AbiReader(reply.Data).ReadAddress();
    }

    private static bool Bit(UInt256 word, int bit) => !((word >> bit) & UInt256.One).IsZero;
}
