"""What a deployed stack says of itself; the environment's endpoints decide whether it is on the local cloud or AWS."""

import boto3

_FUNCTION = "AuthFunction"


def settings(stack: str) -> dict[str, str]:
    """The environment that the shop's functions have in a stack."""
    resource = boto3.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=_FUNCTION)
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=name)
    return dict(configuration["Environment"]["Variables"])
