chancerySearch.deliver("index","342a026878",{"firsts":[""]});
