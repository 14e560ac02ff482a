// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {PoolKey} from "../../src/Interfaces.sol";

interface IBoundToken {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function approve(address spender, uint256 amount) external returns (bool);
    function allowance(address owner, address spender) external view returns (uint256);
}

interface IWeth is IBoundToken {
    function deposit() external payable;
}

interface IFactory {
    function createPair(address tokenA, address tokenB) external returns (address pair);
}

interface IPair {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function mint(address to) external returns (uint256 liquidity);
    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external;
}

interface IRouter {
    function getAmountOut(uint256 amountIn, uint256 reserveIn, uint256 reserveOut)
        external
        pure
        returns (uint256 amountOut);
}

interface IVault {
    struct JoinPoolRequest {
        address[] assets;
        uint256[] maxAmountsIn;
        bytes userData;
        bool fromInternalBalance;
    }

    function getProtocolFeesCollector() external view returns (IFeesCollector);
    function joinPool(bytes32 id, address from, address to, JoinPoolRequest calldata request)
        external;
    function flashLoan(
        address recipient,
        address[] calldata tokens,
        uint256[] calldata amounts,
        bytes calldata userData
    ) external;
}

interface IFeesCollector {
    function setFlashLoanFeePercentage(uint256 percentage) external;
}

interface IV3Factory {
    function createPool(address a, address b, uint24 fee) external returns (address pool);
}

interface IV3Pool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function initialize(uint160 sqrtPriceX96) external;
    function mint(address to, int24 lower, int24 upper, uint128 amount, bytes calldata data)
        external
        returns (uint256, uint256);
    function flash(address to, uint256 amount0, uint256 amount1, bytes calldata data) external;
}

interface IPancakeDeployer {
    function deploy(address factory, address t0, address t1, uint24 fee, int24 spacing)
        external
        returns (address pool);
}

interface IV4Manager {
    struct ModifyLiquidityParams {
        int24 tickLower;
        int24 tickUpper;
        int256 liquidityDelta;
        bytes32 salt;
    }

    function initialize(PoolKey memory key, uint160 sqrtPriceX96) external returns (int24);
    function unlock(bytes calldata data) external returns (bytes memory);
    function modifyLiquidity(
        PoolKey memory key,
        ModifyLiquidityParams memory params,
        bytes calldata hookData
    ) external returns (int256 callerDelta, int256 feesAccrued);
}

interface IWeightedFactory {
    function create(
        string memory name,
        string memory symbol,
        address[] memory tokens,
        uint256[] memory weights,
        uint256 swapFee,
        address owner
    ) external returns (address);
}

interface IWeightedPool {
    function getPoolId() external view returns (bytes32);
}
