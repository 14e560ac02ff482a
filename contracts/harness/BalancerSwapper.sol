// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @dev The parts of Balancer V2's Vault that are called here.
interface IBalancerVault {
    struct JoinPoolRequest {
        address[] assets;
        uint256[] maxAmountsIn;
        bytes userData;
        bool fromInternalBalance;
    }

    struct SingleSwap {
        bytes32 poolId;
        uint8 kind;
        address assetIn;
        address assetOut;
        uint256 amount;
        bytes userData;
    }

    struct FundManagement {
        address sender;
        bool fromInternalBalance;
        address recipient;
        bool toInternalBalance;
    }

    function joinPool(
        bytes32 poolId,
        address sender,
        address recipient,
        JoinPoolRequest calldata request
    ) external;

    function swap(
        SingleSwap calldata singleSwap,
        FundManagement calldata funds,
        uint256 limit,
        uint256 deadline
    ) external returns (uint256 amountCalculated);

    function getPoolTokens(bytes32 poolId)
        external
        view
        returns (address[] memory tokens, uint256[] memory balances, uint256 lastChangeBlock);
}

interface IApprovable {
    function approve(address spender, uint256 amount) external returns (bool);
}

/// @title Makes thousands of real swaps in one call, each on what the ones before it left.
/// @notice For exactness checks only: called by eth_call, so that nothing of it stays.
contract BalancerSwapper {
    uint256 private constant STEP_SIZE = 36;
    uint256 private constant OUTCOME_WORDS = 4;

    /// @notice Reverts whose data is not Error("BAL#nnn").
    uint256 public constant OTHER_REVERT = 0xffff;

    IBalancerVault public immutable vault;

    constructor(IBalancerVault vault_) {
        vault = vault_;
    }

    /// @notice Lets the Vault take a token from here.
    function approve(IApprovable token) external {
        token.approve(address(vault), type(uint256).max);
    }

    /// @notice The first join of a pool.
    /// @param amounts one per registered token, the pool's own share included
    function initialise(bytes32 poolId, uint256[] calldata amounts) external {
        (address[] memory tokens,,) = vault.getPoolTokens(poolId);
        uint256[] memory max = new uint256[](tokens.length);
        for (uint256 i = 0; i < max.length; ++i) {
            max[i] = type(uint256).max;
        }
        // Join kind 0 is INIT in every pool.
        bytes memory userData = abi.encode(uint256(0), amounts);
        vault.joinPool(
            poolId,
            address(this),
            address(this),
            IBalancerVault.JoinPoolRequest(tokens, max, userData, false)
        );
    }

    /// @param poolIds pools that the steps name by index
    /// @param steps per step 36 bytes: pool, token in, token out (registered indices),
    /// kind (0 exact in, 1 exact out), amount
    /// @return outcomes per step four words: 0 or 1 + the number of Balancer's error,
    /// amount calculated, balances in and out after it
    function run(bytes32[] calldata poolIds, bytes calldata steps)
        external
        returns (bytes memory outcomes)
    {
        address[][] memory tokens = new address[][](poolIds.length);
        for (uint256 i = 0; i < poolIds.length; ++i) {
            (tokens[i],,) = vault.getPoolTokens(poolIds[i]);
        }
        uint256 count = steps.length / STEP_SIZE;
        outcomes = new bytes(count * OUTCOME_WORDS * 32);
        uint256 target;
        assembly ("memory-safe") {
            target := add(outcomes, 32)
        }
        for (uint256 i = 0; i < count; ++i) {
            uint256 free;
            assembly {
                free := mload(0x40)
            }
            _step(poolIds, tokens, steps[i * STEP_SIZE:(i + 1) * STEP_SIZE], target);
            // What a step allocated is dead; kept, the memory of thousands would cost its square.
            assembly {
                mstore(0x40, free)
            }
            target += OUTCOME_WORDS * 32;
        }
    }

    function _step(
        bytes32[] calldata poolIds,
        address[][] memory tokens,
        bytes calldata step,
        uint256 target
    ) private {
        uint8 pool = uint8(step[0]);
        uint8 tokenIn = uint8(step[1]);
        uint8 tokenOut = uint8(step[2]);
        IBalancerVault.SingleSwap memory single = IBalancerVault.SingleSwap({
            poolId: poolIds[pool],
            kind: uint8(step[3]),
            assetIn: tokens[pool][tokenIn],
            assetOut: tokens[pool][tokenOut],
            amount: uint256(bytes32(step[4:36])),
            userData: ""
        });
        uint256 status;
        uint256 amount;
        (status, amount) = _swap(single);
        (, uint256[] memory balances,) = vault.getPoolTokens(single.poolId);
        uint256 balanceIn = balances[tokenIn];
        uint256 balanceOut = balances[tokenOut];
        assembly ("memory-safe") {
            mstore(target, status)
            mstore(add(target, 32), amount)
            mstore(add(target, 64), balanceIn)
            mstore(add(target, 96), balanceOut)
        }
    }

    function _swap(IBalancerVault.SingleSwap memory single)
        private
        returns (uint256 status, uint256 amount)
    {
        IBalancerVault.FundManagement memory funds =
            IBalancerVault.FundManagement(address(this), false, address(this), false);
        uint256 limit = single.kind == 0 ? 0 : type(uint256).max;
        try vault.swap(single, funds, limit, type(uint256).max) returns (uint256 calculated) {
            return (0, calculated);
        } catch (bytes memory reason) {
            return (1 + _errorNumber(reason), 0);
        }
    }

    /// @dev Error(string) with "BAL#nnn": selector, offset, length 7, text.
    function _errorNumber(bytes memory reason) private pure returns (uint256) {
        if (reason.length < 75 || bytes4(reason) != 0x08c379a0) return OTHER_REVERT;
        uint256 text;
        assembly ("memory-safe") {
            text := shr(200, mload(add(reason, 100)))
        }
        if (text >> 24 != 0x42414c23) return OTHER_REVERT;
        uint256 hundreds = ((text >> 16) & 0xff) - 0x30;
        uint256 tens = ((text >> 8) & 0xff) - 0x30;
        uint256 ones = (text & 0xff) - 0x30;
        return hundreds * 100 + tens * 10 + ones;
    }
}

/// @title A rate that never changes, as composable and phantom pools ask for it.
contract FixedRate {
    uint256 private immutable rate;

    constructor(uint256 rate_) {
        rate = rate_;
    }

    function getRate() external view returns (uint256) {
        return rate;
    }
}
