using Arb.Domain;

namespace Arb.Engine;

/// <summary>What is wrong with a token. Names are stable: they are stored and shown.</summary>
public enum TokenRisk
{
    /// <summary>Nothing was found: it can be bought, passed on and sold for exactly what pools promise.</summary>
    None,

    /// <summary>No pool joins it to a token that can be paid with, so nothing is known.</summary>
    NotProbed,

    /// <summary>Buying it reverts.</summary>
    BuyRefused,

    /// <summary>The buyer gets less than the pool paid out, or more.</summary>
    BuyTaxed,

    /// <summary>It cannot be passed on.</summary>
    TransferRefused,

    /// <summary>A transfer takes or brings another amount than was sent.</summary>
    TransferTaxed,

    /// <summary>It cannot be sold again.</summary>
    SaleRefused,

    /// <summary>The pool gets, or pays, another amount than was sold.</summary>
    SaleTaxed,

    /// <summary>Balances change as time passes.</summary>
    RebasesWithTime,

    /// <summary>A pool's balance has changed without a transfer that tells of it.</summary>
    RebasesUnannounced,

    /// <summary>A pool has less of it than its reserve says.</summary>
    BalanceBelowReserve,
}

/// <summary>What is known of a token's safety.</summary>
/// <param name="Token">The token.</param>
/// <param name="Risk">What is wrong with it.</param>
/// <param name="Detail">The values or the revert reason that decided, for people.</param>
/// <param name="BlockNumber">Block it was looked at.</param>
/// <param name="TimestampSeconds">That block's timestamp, Unix seconds.</param>
public sealed record TokenVerdict(Address Token, TokenRisk Risk, string Detail, ulong BlockNumber, ulong TimestampSeconds)
{
    /// <summary>It may be traded.</summary>
    public bool Safe => Risk == TokenRisk.None;
}

/// <summary>Which round trip to simulate.</summary>
/// <param name="Pool">Pool to buy from and sell to: a contract of its own, with two tokens.</param>
/// <param name="Pay">The pool's token that is known to be safe.</param>
/// <param name="PayAmount">Raw units of it to spend.</param>
public sealed record TokenTripRequest(PoolListing Pool, Address Pay, UInt256 PayAmount)
{
    /// <summary>The pool's other token, which is to be judged.</summary>
    public Address Token => Pay == Pool.Tokens[0] ? Pool.Tokens[1] : Pool.Tokens[0];
}

/// <summary>Steps of a round trip, in order.</summary>
public enum TokenTripStep
{
    /// <summary>None succeeded.</summary>
    None,

    /// <summary>Bought from the pool.</summary>
    Bought,

    /// <summary>Half of it sent to another account.</summary>
    Lent,

    /// <summary>Sent back by that account.</summary>
    Returned,

    /// <summary>All of it sold to the pool.</summary>
    Sold,
}

/// <summary>What a simulated round trip of a token came to; amounts are raw units.</summary>
/// <param name="Done">Last step that succeeded.</param>
/// <param name="BuyPromised">What the pool paid out.</param>
/// <param name="Bought">What the trader really had more.</param>
/// <param name="Lent">What was sent to another account.</param>
/// <param name="LentArrived">What that account really had more.</param>
/// <param name="LentTaken">What the trader really had less.</param>
/// <param name="Returned">What the trader really had more when all of it came back.</param>
/// <param name="Sold">What was sent to the pool.</param>
/// <param name="SoldArrived">What the pool really had more.</param>
/// <param name="SellPromised">Payment token the pool paid out for what arrived.</param>
/// <param name="Proceeds">Payment token the trader really had more.</param>
/// <param name="Reason">Why the next step reverted, when one did.</param>
public sealed record TokenTrip(
    TokenTripStep Done,
    UInt256 BuyPromised,
    UInt256 Bought,
    UInt256 Lent,
    UInt256 LentArrived,
    UInt256 LentTaken,
    UInt256 Returned,
    UInt256 Sold,
    UInt256 SoldArrived,
    UInt256 SellPromised,
    UInt256 Proceeds,
    string Reason);

/// <summary>A pool's holding of one of its tokens.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Token">The token.</param>
public sealed record TokenHolding(Address Pool, Address Token);
