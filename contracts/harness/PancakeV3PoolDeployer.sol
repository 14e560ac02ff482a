// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// Deploys Pancake V3 pools for their factory. The npm package has the pool's code but not its deployer; the pool's
/// constructor asks its creator for `parameters()`, and the factory calls `deploy` (IPancakeV3PoolDeployer).
contract PancakeV3PoolDeployer {
    struct Parameters {
        address factory;
        address token0;
        address token1;
        uint24 fee;
        int24 tickSpacing;
    }

    error PoolNotCreated();

    Parameters public parameters;
    bytes private _poolCode;

    constructor(bytes memory poolCode) {
        _poolCode = poolCode;
    }

    function deploy(address factory, address token0, address token1, uint24 fee, int24 tickSpacing)
        external
        returns (address pool)
    {
        parameters = Parameters(factory, token0, token1, fee, tickSpacing);
        bytes32 salt = keccak256(abi.encode(token0, token1, fee));
        bytes memory code = _poolCode;
        assembly ("memory-safe") {
            pool := create2(0, add(code, 32), mload(code), salt)
        }
        if (pool == address(0)) revert PoolNotCreated();
        delete parameters;
    }
}
