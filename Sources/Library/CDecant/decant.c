// The functions are in Swift, in CInterface.
#include "decant.h"
