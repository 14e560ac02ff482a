// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @notice What people and their programs call. The executor does not inherit it: its fallback
/// dispatches by these selectors, hottest first. Its comments are at the functions themselves.
interface IArbExecutor {
    /// @dev Calldata go on with the program; README.md describes it.
    function execute() external returns (uint256 netProfit);
    /// @dev Zero means ether.
    function sweep(address token) external;
    function pause() external;
    function unpause() external;
    function addOperator(address operator) external;
    function removeOperator(address operator) external;
    function transferOwnership(address newOwner) external;
    function acceptOwnership() external;
    function owner() external view returns (address);
    function pendingOwner() external view returns (address);
    function paused() external view returns (bool);
    function isOperator(address account) external view returns (bool);
    function operators() external view returns (address[] memory);
    function recipient() external view returns (address);
    function weth() external view returns (address);
    function vault() external view returns (address);
    function poolManager() external view returns (address);
    receive() external payable;
}

/// @notice What lenders and pools call back.
interface ICallbacks {
    function uniswapV3SwapCallback(int256 delta0, int256 delta1, bytes calldata data) external;
    function pancakeV3SwapCallback(int256 delta0, int256 delta1, bytes calldata data) external;
    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external;
    function pancakeV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external;
    function uniswapV2Call(address sender, uint256 out0, uint256 out1, bytes calldata data) external;
    function pancakeCall(address sender, uint256 out0, uint256 out1, bytes calldata data) external;
    /// @dev Solidly's.
    function hook(address sender, uint256 out0, uint256 out1, bytes calldata data) external;
    function unlockCallback(bytes calldata data) external returns (bytes memory);
    function receiveFlashLoan(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata premiums,
        bytes calldata data
    ) external;
    function onMorphoFlashLoan(uint256 assets, bytes calldata data) external;
    /// @dev Aave V3's.
    function executeOperation(
        address asset,
        uint256 assets,
        uint256 premium,
        address initiator,
        bytes calldata data
    ) external returns (bool);
    /// @dev ERC-3156's.
    function onFlashLoan(
        address initiator,
        address asset,
        uint256 assets,
        uint256 premium,
        bytes calldata data
    ) external returns (bytes32);
    /// @dev Named by us: Balancer V3's vault calls whatever `unlock` was given.
    function balancerV3Unlocked(bytes calldata data) external;
}
