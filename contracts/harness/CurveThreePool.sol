// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface ICurveCoin {
    function decimals() external view returns (uint8);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @title A StableSwap pool of three coins by the rules of Curve's base template of 2021, for tests.
/// @notice No package has Curve's bytecode. This follows the published formulas in their own order of
/// operations; `setDeviation` makes it another contract by so many wei, which probes must notice.
contract CurveThreePool {
    event TokenExchange(
        address indexed buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, uint256 tokens_bought
    );
    event AddLiquidity(
        address indexed provider,
        uint256[3] token_amounts,
        uint256[3] fees,
        uint256 invariant,
        uint256 token_supply
    );
    event RampA(uint256 old_A, uint256 new_A, uint256 initial_time, uint256 future_time);
    event StopRampA(uint256 A, uint256 t);
    event NewFee(uint256 fee, uint256 admin_fee);

    uint256 private constant N = 3;
    uint256 private constant A_PRECISION = 100;
    uint256 private constant FEE_WHOLE = 1e10;
    uint256 private constant PRECISION = 1e18;

    address[3] public coins;
    uint256[3] public balances;
    uint256 public fee = 4_000_000;
    uint256 public admin_fee = 5_000_000_000;
    uint256 public initial_A;
    uint256 public future_A;
    uint256 public initial_A_time;
    uint256 public future_A_time;
    uint256[3] private _rates;
    bool private _storedRates;
    uint256 private _deviation;
    uint256 private _deviatesAbove;

    constructor(address[3] memory coins_, uint256 amp, bool storedRates) {
        coins = coins_;
        initial_A = future_A = amp * A_PRECISION;
        _storedRates = storedRates;
        for (uint256 i; i < N; i++) {
            _rates[i] = 10 ** (36 - ICurveCoin(coins_[i]).decimals());
        }
    }

    /// @dev What an oracle or a wrapped token does: no event of the pool tells of it.
    function setRate(uint256 i, uint256 rate) external {
        _rates[i] = rate;
    }

    /// @param wei_ added to quotes and swaps of more than `above` raw units
    function setDeviation(uint256 wei_, uint256 above) external {
        _deviation = wei_;
        _deviatesAbove = above;
    }

    function stored_rates() external view returns (uint256[] memory rates) {
        require(_storedRates, "plain");
        rates = new uint256[](N);
        for (uint256 i; i < N; i++) rates[i] = _rates[i];
    }

    function A() external view returns (uint256) {
        return _a() / A_PRECISION;
    }

    function A_precise() external view returns (uint256) {
        return _a();
    }

    function get_dy(int128 i, int128 j, uint256 dx) external view returns (uint256) {
        (uint256 gain,,) = _move(uint128(i), uint128(j), dx);
        return (gain - fee * gain / FEE_WHOLE) * PRECISION / _rates[uint128(j)] + _off(dx);
    }

    function exchange(int128 i, int128 j, uint256 dx, uint256 min_dy) external returns (uint256 dy) {
        (uint256 a, uint256 b) = (uint128(i), uint128(j));
        (uint256 gain,,) = _move(a, b, dx);
        uint256 taken = gain * fee / FEE_WHOLE;
        dy = (gain - taken) * PRECISION / _rates[b] + _off(dx);
        require(dy >= min_dy, "Exchange resulted in fewer coins than expected");
        uint256 adminTaken = taken * admin_fee / FEE_WHOLE * PRECISION / _rates[b];
        balances[a] += dx;
        balances[b] -= dy + adminTaken;
        ICurveCoin(coins[a]).transferFrom(msg.sender, address(this), dx);
        ICurveCoin(coins[b]).transfer(msg.sender, dy);
        emit TokenExchange(msg.sender, i, dx, j, dy);
    }

    function add_liquidity(uint256[3] calldata amounts, uint256) external {
        uint256[3] memory fees;
        for (uint256 i; i < N; i++) {
            balances[i] += amounts[i];
            ICurveCoin(coins[i]).transferFrom(msg.sender, address(this), amounts[i]);
        }
        emit AddLiquidity(msg.sender, amounts, fees, 0, 0);
    }

    function ramp_A(uint256 amp, uint256 time) external {
        initial_A = _a();
        future_A = amp * A_PRECISION;
        initial_A_time = block.timestamp;
        future_A_time = time;
        emit RampA(initial_A, future_A, block.timestamp, time);
    }

    function stop_ramp_A() external {
        initial_A = future_A = _a();
        initial_A_time = future_A_time = block.timestamp;
        emit StopRampA(initial_A, block.timestamp);
    }

    function apply_new_fee(uint256 fee_, uint256 adminFee) external {
        fee = fee_;
        admin_fee = adminFee;
        emit NewFee(fee_, adminFee);
    }

    function _off(uint256 dx) private view returns (uint256) {
        return dx > _deviatesAbove ? _deviation : 0;
    }

    function _a() private view returns (uint256) {
        uint256 t1 = future_A_time;
        uint256 a1 = future_A;
        if (block.timestamp >= t1) return a1;
        uint256 a0 = initial_A;
        uint256 t0 = initial_A_time;
        return a1 > a0
            ? a0 + (a1 - a0) * (block.timestamp - t0) / (t1 - t0)
            : a0 - (a0 - a1) * (block.timestamp - t0) / (t1 - t0);
    }

    function _move(uint256 i, uint256 j, uint256 dx)
        private
        view
        returns (uint256 gain, uint256 x, uint256 y)
    {
        uint256[3] memory xp;
        for (uint256 k; k < N; k++) xp[k] = balances[k] * _rates[k] / PRECISION;
        x = xp[i] + dx * _rates[i] / PRECISION;
        y = _getY(i, j, x, xp);
        gain = xp[j] - y - 1;
    }

    function _getD(uint256[3] memory xp, uint256 amp) private pure returns (uint256 d) {
        uint256 s = xp[0] + xp[1] + xp[2];
        if (s == 0) return 0;
        d = s;
        uint256 ann = amp * N;
        for (uint256 round; round < 255; round++) {
            uint256 p = d;
            for (uint256 k; k < N; k++) p = p * d / (xp[k] * N);
            uint256 before = d;
            d = (ann * s / A_PRECISION + p * N) * d
                / ((ann - A_PRECISION) * d / A_PRECISION + (N + 1) * p);
            if ((d > before ? d - before : before - d) <= 1) return d;
        }
        revert("D");
    }

    function _getY(uint256 i, uint256 j, uint256 x, uint256[3] memory xp)
        private
        view
        returns (uint256 y)
    {
        uint256 amp = _a();
        uint256 d = _getD(xp, amp);
        uint256 ann = amp * N;
        uint256 c = d;
        uint256 s;
        for (uint256 k; k < N; k++) {
            if (k == j) continue;
            uint256 balance = k == i ? x : xp[k];
            s += balance;
            c = c * d / (balance * N);
        }
        c = c * d * A_PRECISION / (ann * N);
        uint256 b = s + d * A_PRECISION / ann;
        y = d;
        for (uint256 round; round < 255; round++) {
            uint256 before = y;
            y = (y * y + c) / (2 * y + b - d);
            if ((y > before ? y - before : before - y) <= 1) return y;
        }
        revert("y");
    }
}
