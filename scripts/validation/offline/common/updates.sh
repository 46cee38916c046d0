#!/bin/bash
# checks: updates.pending

skip updates.pending "No updates are pending" "only the mirror knows, and the system is looked at without a network"
