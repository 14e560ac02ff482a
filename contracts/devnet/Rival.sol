// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface IRivalPair {
    function token0() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;
}

interface IRivalWeth {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function withdraw(uint256 amount) external;
}

/// @title Another searcher's contract: arbitrage between two pairs of the same tokens, with its own money.
/// @notice For the devnet only. It is what many real ones are: no flash loan, one strategy, and a bid to the fee
/// recipient that is only paid when the trade went as computed.
contract Rival {
    address public immutable owner;
    IRivalWeth public immutable weth;

    error NotOwner(address caller);
    error Unprofitable(uint256 before, uint256 afterwards);
    error BidRefused();

    constructor(address owner_, IRivalWeth weth_) {
        owner = owner_;
        weth = weth_;
    }

    /// Wrapped ether pays out through here.
    receive() external payable {}

    /// @param first pair where wrapped ether is sold
    /// @param second pair where it is bought back
    /// @param amountIn wei sold
    /// @param minProfit wei that must be left after the bid
    /// @param bid wei for the fee recipient
    function take(
        IRivalPair first,
        IRivalPair second,
        uint256 amountIn,
        uint256 minProfit,
        uint256 bid
    ) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        uint256 balance = weth.balanceOf(address(this));
        weth.transfer(address(first), amountIn);
        bool wethIs0 = first.token0() == address(weth);
        uint256 middle = _swap(first, wethIs0, amountIn, address(second));
        _swap(second, !wethIs0, middle, address(this));
        weth.withdraw(bid);
        (bool paid,) = block.coinbase.call{value: bid}("");
        if (!paid) revert BidRefused();
        uint256 afterwards = weth.balanceOf(address(this));
        if (afterwards < balance + minProfit) revert Unprofitable(balance, afterwards);
    }

    /// What was sent to the pair is swapped; both exchanges take 0.3%.
    function _swap(IRivalPair pair, bool zeroForOne, uint256 amountIn, address to)
        private
        returns (uint256 amountOut)
    {
        (uint112 reserve0, uint112 reserve1,) = pair.getReserves();
        (uint256 reserveIn, uint256 reserveOut) =
            zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 paid = amountIn * 997;
        amountOut = paid * reserveOut / (reserveIn * 1000 + paid);
        pair.swap(zeroForOne ? 0 : amountOut, zeroForOne ? amountOut : 0, to, "");
    }
}
