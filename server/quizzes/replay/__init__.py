"""A quiz played again afterwards, each student at their own pace."""
